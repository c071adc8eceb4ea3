package io.headrace.core.bulk;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes in network order, growing. A plain array: the writes of a row are small and many, and a buffer that nobody counts
 * cannot leak when a bulk is cancelled.
 */
final class RowBuffer {

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int MOST_BYTES_PER_CHAR = 3;
    private static final int SHORT_TEXT = 4_096;

    private byte[] bytes;
    private int length;

    RowBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** Takes back all that was written behind this position. */
    void truncate(int position) {
        length = position;
    }

    @CanIgnoreReturnValue
    RowBuffer putByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    @CanIgnoreReturnValue
    RowBuffer putShort(int value) {
        reserve(Short.BYTES);
        SHORTS.set(bytes, length, (short) value);
        length += Short.BYTES;
        return this;
    }

    @CanIgnoreReturnValue
    RowBuffer putInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    @CanIgnoreReturnValue
    RowBuffer putLong(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    @CanIgnoreReturnValue
    RowBuffer putBytes(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** Fills in the length of what stands behind a place that was kept free for it by {@code putInt}. */
    void setLengthAt(int position) {
        INTS.set(bytes, position, length - position - Integer.BYTES);
    }

    /** The text in UTF-8; refuses what PostgreSQL or UTF-8 cannot hold, where the JDK would write a question mark. */
    @CanIgnoreReturnValue
    RowBuffer putUtf8(CharSequence text) {
        int chars = text.length();
        reserve(mostBytes(text));
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80 && c != 0) {
                bytes[length++] = (byte) c;
            } else {
                i = putWide(text, i);
            }
        }
        return this;
    }

    /** A field of COPY's text format: UTF-8 with a backslash before what the format itself uses. */
    void putCopyText(CharSequence text) {
        int chars = text.length();
        reserve(Math.multiplyExact(mostBytes(text), 2));
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) (c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c);
            } else if (c < 0x80 && c != 0) {
                bytes[length++] = (byte) c;
            } else {
                i = putWide(text, i);
            }
        }
    }

    private int putWide(CharSequence text, int index) {
        char c = text.charAt(index);
        if (c == 0 || Character.isSurrogate(c)) {
            PostgresqlText.check(text.subSequence(index, Math.min(index + 2, text.length())));
        }
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
            return index;
        }
        if (!Character.isSurrogate(c)) {
            bytes[length++] = (byte) (0xE0 | c >> 12);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
            return index;
        }
        int point = Character.toCodePoint(c, text.charAt(index + 1));
        bytes[length++] = (byte) (0xF0 | point >> 18);
        bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
        bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
        bytes[length++] = (byte) (0x80 | point & 0x3F);
        return index + 1;
    }

    /** What has been written, without a copy: valid until the buffer is written to again. */
    ByteBuf toByteBuf() {
        return Unpooled.wrappedBuffer(bytes, 0, length);
    }

    /** Counting is worth it only where a guess would be large. */
    private static int mostBytes(CharSequence text) {
        return text.length() < SHORT_TEXT ? text.length() * MOST_BYTES_PER_CHAR : ByteBufUtil.utf8Bytes(text);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            int needed = Math.addExact(length, more);
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L)));
        }
    }
}
