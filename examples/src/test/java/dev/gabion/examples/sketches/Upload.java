package dev.gabion.examples.sketches;

import dev.gabion.validation.EmailAddress;
import dev.gabion.validation.S3Key;
import dev.gabion.validation.SafeFileName;
import dev.gabion.validation.Uuid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

record Upload(
    @NotNull @Uuid(version = {4, 7}) String id,
    @NotNull @SafeFileName String name,
    @NotNull @S3Key(prefix = "uploads/") String key,
    @Size(max = 20) List<@NotNull @EmailAddress String> watchers) {}
