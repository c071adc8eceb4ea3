package io.headrace.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers as bytes: for each of them the length and the text of the name and of the value. */
final class JobHeaders {

    static final int MAX_BYTES = 8_192;

    private JobHeaders() {}

    static byte[] encode(Map<String, String> headers) {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            for (String text : new String[] {header.getKey(), header.getValue()}) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                if (buffer.remaining() < bytes.length + Integer.BYTES) {
                    throw new IllegalArgumentException("The headers of a job have more than " + MAX_BYTES
                            + " bytes together (limit " + MAX_BYTES + "). Put what is long into the payload.");
                }
                buffer.putInt(bytes.length).put(bytes);
            }
        }
        byte[] encoded = new byte[buffer.position()];
        buffer.flip().get(encoded);
        return encoded;
    }

    static Map<String, String> decode(byte[] encoded) {
        if (encoded.length == 0) {
            return Map.of();
        }
        ByteBuffer buffer = ByteBuffer.wrap(encoded);
        Map<String, String> headers = new LinkedHashMap<>();
        while (buffer.hasRemaining()) {
            String name = text(buffer);
            headers.put(name, text(buffer));
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getInt()];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
