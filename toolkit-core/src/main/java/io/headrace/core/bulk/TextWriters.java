package io.headrace.core.bulk;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/** Text, bytes, identifiers, and whatever else is given as the text that the server reads it from. */
final class TextWriters {

    static final ValueWriter TEXT = new ScalarWriter(
            Set.of(CharSequence.class, Enum.class, Character.class, char.class),
            (value, out) -> {
                int lengthAt = out.length();
                out.putInt(0).putUtf8(textOf(value)).setLengthAt(lengthAt);
            },
            (value, out) -> out.append(textOf(value)));

    /** One byte, not one character: {@code "char"}. */
    static final ValueWriter CHAR = new ScalarWriter(
            Set.of(CharSequence.class, Character.class, char.class),
            (value, out) -> out.putInt(1).putByte(asciiOf(value)),
            (value, out) -> out.append(asciiOf(value)));

    static final ValueWriter BYTEA = new ScalarWriter(
            Set.of(byte[].class),
            (value, out) -> out.putInt(((byte[]) value).length).putBytes((byte[]) value),
            (value, out) -> out.append("\\x").append(HexFormat.of().formatHex((byte[]) value)));

    static final ValueWriter UUID_WRITER = new ScalarWriter(
            Set.of(UUID.class),
            (value, out) -> {
                UUID id = (UUID) value;
                out.putInt(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
            },
            (value, out) -> out.append(value));

    static final ValueWriter AS_TEXT_ONLY = new ScalarWriter(
            Set.of(CharSequence.class, InetAddress.class),
            null,
            (value, out) -> out.append(value instanceof InetAddress address ? textOf(address) : (CharSequence) value));

    private TextWriters() {}

    private static CharSequence textOf(Object value) {
        if (value instanceof CharSequence text) {
            return text;
        }
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    private static char asciiOf(Object value) {
        CharSequence text = textOf(value);
        if (text.length() != 1 || text.charAt(0) == 0 || text.charAt(0) >= 0x80) {
            throw new IllegalArgumentException("not one ASCII character");
        }
        return text.charAt(0);
    }

    private static String textOf(InetAddress address) {
        if (address instanceof Inet6Address six && six.getScopeId() != 0) {
            throw new IllegalArgumentException("an address with a scope");
        }
        return address.getHostAddress();
    }
}
