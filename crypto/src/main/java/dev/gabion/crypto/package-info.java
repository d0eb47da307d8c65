/** KMS envelope encryption in the message format of the AWS Encryption SDK. */
@NullMarked
package dev.gabion.crypto;

import org.jspecify.annotations.NullMarked;
