package io.headrace.core;

import io.r2dbc.spi.Parameter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a list as one JSON array, for databases that can take it apart. Only what JSON keeps exactly: texts, whole
 * numbers of up to 64 bits, truth values as 0 and 1, NULL. Of doubles the last digit may be another behind it, bytes and times are what
 * the driver makes of them.
 */
final class JsonList {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonList() {}

    /** Null where an element has no exact form. */
    static @Nullable String of(List<Parameter> elements) {
        StringBuilder json = new StringBuilder(elements.size() * 8 + 2).append('[');
        for (Parameter element : elements) {
            json.append(json.length() == 1 ? "" : ",");
            if (!write(element.getValue(), json)) {
                return null;
            }
        }
        return json.append(']').toString();
    }

    private static boolean write(@Nullable Object value, StringBuilder json) {
        if (value == null || value instanceof Long || value instanceof Integer || value instanceof Short) {
            json.append(value);
        } else if (value instanceof Boolean truth) {
            json.append(truth ? '1' : '0');
        } else if (value instanceof UUID) {
            json.append('"').append(value).append('"');
        } else {
            return value instanceof String text && quote(text, json);
        }
        return true;
    }

    /** False for what is no text to the database: a zero ends it in JSON, and half a surrogate pair is no character. */
    private static boolean quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c == 0) {
                return false;
            } else if (c < ' ') {
                json.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            } else if (!Character.isSurrogate(c)) {
                json.append(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                json.append(c).append(text.charAt(++i));
            } else {
                return false;
            }
        }
        json.append('"');
        return true;
    }
}
