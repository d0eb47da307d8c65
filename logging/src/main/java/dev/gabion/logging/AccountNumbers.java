package dev.gabion.logging;

/** Recognises payment card numbers and IBANs by their form and their check digits. */
final class AccountNumbers {
  private static final int CARD_LEAST = 13;
  private static final int CARD_MOST = 19;

  /** The length of each country's IBAN, from the registry that ISO 13616-2 names. */
  private static final String IBANS =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
          + "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28"
          + "LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25"
          + "QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

  private AccountNumbers() {}

  /**
   * The end of the card number that begins here, or 0: ISO/IEC 7812, 13 to 19 digits, in groups of
   * three or more where a space or a hyphen is between them.
   */
  static int card(Reading text, int from) {
    byte[] bytes = text.bytes;
    if (from > 0 && (Ascii.isWord(bytes[from - 1]) || isFraction(text, from))) {
      return 0;
    }
    byte[] digits = new byte[CARD_MOST];
    int count = 0;
    int group = 0;
    int end = 0;
    for (int i = from; i < text.size; i++) {
      if (Ascii.isDigit(bytes[i])) {
        if (count == CARD_MOST) {
          break;
        }
        digits[count++] = (byte) (bytes[i] - '0');
        group++;
        if (isGroupsEnd(text, i + 1) && group >= 3 && isCard(digits, count)) {
          end = i + 1;
        }
      } else if ((bytes[i] == ' ' || bytes[i] == '-') && group >= 3) {
        group = 0;
      } else {
        break;
      }
    }
    return end;
  }

  /** Whether the digits here are those behind a decimal point. */
  private static boolean isFraction(Reading text, int from) {
    return from > 1 && text.bytes[from - 1] == '.' && Ascii.isDigit(text.bytes[from - 2]);
  }

  private static boolean isGroupsEnd(Reading text, int to) {
    return to == text.size || !Ascii.isWord(text.bytes[to]);
  }

  private static boolean isCard(byte[] digits, int count) {
    return count >= CARD_LEAST && isIssued(digits, count) && luhn(digits, count);
  }

  /** The networks' ranges, so that times, account ids and counters are not taken for cards. */
  private static boolean isIssued(byte[] digits, int count) {
    int four = ((digits[0] * 10 + digits[1]) * 10 + digits[2]) * 10 + digits[3];
    int two = four / 100;
    int three = four / 10;
    boolean sixteenOrMore = count >= 16;
    return switch (digits[0]) {
      case 2 -> count == 16 && four >= 2221 && four <= 2720; // Mastercard
      case 3 ->
          ((two == 34 || two == 37) && count == 15) // American Express
              || (sixteenOrMore && four >= 3528 && four <= 3589) // JCB
              || (count >= 14 && (three <= 305 || two == 36 || two >= 38)); // Diners Club
      case 4 -> count == 13 || count == 16 || count == 19; // Visa
      case 5 -> (count == 16 && two >= 51 && two <= 55) || isMaestro(four);
      case 6 -> // Discover, UnionPay
          (sixteenOrMore && (four == 6011 || three >= 644 || two == 62)) || isMaestro(four);
      default -> false;
    };
  }

  private static boolean isMaestro(int four) {
    return switch (four) {
      case 5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763 -> true;
      default -> false;
    };
  }

  /** ISO/IEC 7812-1, annex B. */
  private static boolean luhn(byte[] digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int digit = digits[count - 1 - i];
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 == 0;
  }

  /**
   * The end of the IBAN that begins here, or 0: ISO 13616-1, in capitals, as one word or in groups
   * with a space between them.
   */
  static int iban(Reading text, int from) {
    byte[] bytes = text.bytes;
    if (from < 0
        || !Ascii.isUpper(bytes[from])
        || (from > 0 && Ascii.isWord(bytes[from - 1]))
        || from + 4 > text.size
        || !Ascii.isDigit(bytes[from + 3])) {
      return 0;
    }
    int length = length(bytes[from], bytes[from + 1]);
    byte[] iban = new byte[length];
    int count = 0;
    int i = from;
    while (i < text.size && count < length) {
      if (Ascii.isUpper(bytes[i]) || Ascii.isDigit(bytes[i])) {
        iban[count++] = bytes[i];
      } else if (bytes[i] != ' ' || count % 4 != 0 || bytes[i - 1] == ' ') {
        return 0;
      }
      i++;
    }
    boolean whole = count == length && length > 0 && isGroupsEnd(text, i);
    return whole && remainder(iban) == 1 ? i : 0;
  }

  private static int length(byte first, byte second) {
    for (int i = 0; i < IBANS.length(); i += 4) {
      if (IBANS.charAt(i) == first && IBANS.charAt(i + 1) == second) {
        return (IBANS.charAt(i + 2) - '0') * 10 + IBANS.charAt(i + 3) - '0';
      }
    }
    return 0;
  }

  /** ISO/IEC 7064, MOD 97-10: the first four to the end, letters as 10 to 35. */
  private static int remainder(byte[] iban) {
    int remainder = 0;
    for (int i = 0; i < iban.length; i++) {
      byte b = iban[(i + 4) % iban.length];
      remainder =
          Ascii.isDigit(b)
              ? (remainder * 10 + b - '0') % 97
              : (remainder * 100 + b - 'A' + 10) % 97;
    }
    return remainder;
  }
}
