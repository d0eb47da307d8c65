package dev.gabion.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In one process with other tests; what a child process does is shown under the runtime client. */
class SerializationFloorTest {
  private static byte[] written(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static ObjectInputStream stream(Object object) throws Exception {
    return new ObjectInputStream(new ByteArrayInputStream(written(object)));
  }

  @Test
  void everyClassIsRefusedUnlessTheStreamHasAFilterOfItsOwn() throws Exception {
    SerializationFloor.install();
    SerializationFloor.require();

    for (Object object :
        List.of(new ArrayList<>(List.of("x")), BigInteger.TEN, new byte[3], List.of(), Stop.READ)) {
      try (ObjectInputStream in = stream(object)) {
        assertThatThrownBy(in::readObject)
            .as(object.getClass().getName())
            .isInstanceOf(InvalidClassException.class);
      }
      try (ObjectInputStream in = stream(object)) { // control, and the way out for one stream
        in.setObjectInputFilter(ObjectInputFilter.Config.createFilter("*"));
        assertThat(in.readObject()).isEqualTo(object);
      }
    }
    try (ObjectInputStream in = stream("text")) {
      assertThat(in.readObject()).isEqualTo("text");
    }
  }

  @Test
  void theWayOutNeedsAPatternAndAReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SerializationFloor.insecureAllow("java.util.*", " "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SerializationFloor.insecureAllow("", "a test"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SerializationFloor.insecureForeignFilter(""));
  }
}
