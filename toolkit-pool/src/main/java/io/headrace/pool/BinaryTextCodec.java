package io.headrace.pool;

import static io.r2dbc.postgresql.codec.PostgresqlObjectId.BOOL;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.BPCHAR;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.CHAR;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.DATE;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.INT2;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.INT4;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.INT8;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.JSON;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.JSONB;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.NAME;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.NUMERIC;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.TEXT;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.UNKNOWN;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.UUID;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.VARCHAR;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.XML;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.CodecMetadata;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.codec.PostgresTypeIdentifier;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a binary result as a {@link String} where the driver would hand out its raw bytes as text: a number or a date
 * would come as control characters, {@code jsonb} with a version byte before it.
 *
 * <p>Types whose text is the same from Java as from the server are converted. The other built-in types are refused with
 * an error that says what to do. Types of the database's own (enum, citext, domain and so on) are left to the driver,
 * since most of them are text in both forms.
 *
 * <p>It also writes Strings, by way of the driver's own codec: the driver's cache asks the first codec that names a Java
 * type in its metadata for both directions, and never asks one without metadata before those that have it.
 */
final class BinaryTextCodec implements Codec<String>, CodecMetadata {

    private static final Set<PostgresqlObjectId> SAME_IN_BOTH_FORMS =
            EnumSet.of(TEXT, VARCHAR, BPCHAR, NAME, CHAR, JSON, XML, UNKNOWN);

    private static final Set<PostgresqlObjectId> ADAPTED = EnumSet.complementOf(EnumSet.copyOf(SAME_IN_BOTH_FORMS));

    private static final Map<PostgresqlObjectId, Class<?>> READ_AS = Map.of(
            INT2, Short.class,
            INT4, Integer.class,
            INT8, Long.class,
            NUMERIC, BigDecimal.class,
            BOOL, Boolean.class,
            UUID, java.util.UUID.class,
            DATE, java.time.LocalDate.class);

    private final Codecs codecs;
    private final Codec<?> writer;

    BinaryTextCodec(Codecs codecs, Codec<?> writer) {
        this.codecs = codecs;
        this.writer = writer;
    }

    @Override
    public Class<?> type() {
        return String.class;
    }

    @Override
    public Iterable<Format> getFormats() {
        return Set.of(Format.FORMAT_BINARY);
    }

    @Override
    public Iterable<? extends PostgresTypeIdentifier> getDataTypes() {
        return ADAPTED;
    }

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return type == String.class
                && format == Format.FORMAT_BINARY
                && PostgresqlObjectId.isValid(dataType)
                && ADAPTED.contains(PostgresqlObjectId.valueOf(dataType));
    }

    @Override
    public @Nullable String decode(
            @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends String> type) {
        if (buffer == null) {
            return null;
        }
        PostgresqlObjectId source = PostgresqlObjectId.valueOf(dataType);
        if (source == JSONB) {
            return buffer.skipBytes(1).toString(StandardCharsets.UTF_8);
        }
        Class<?> javaType = READ_AS.get(source);
        if (javaType == null) {
            throw new IllegalArgumentException("A value of type "
                    + source.name().toLowerCase(Locale.ROOT)
                    + " can't be read as a String from a binary result. Cast it to text in the SQL, read it as its own"
                    + " type, or add forceBinary=false to the URL.");
        }
        return text(codecs.decode(buffer, dataType, format, javaType));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Boolean truth) {
            return truth ? "t" : "f";
        }
        return String.valueOf(value);
    }

    @Override
    public boolean canEncode(Object value) {
        return writer.canEncode(value);
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return writer.canEncodeNull(type);
    }

    @Override
    public EncodedParameter encode(Object value) {
        return writer.encode(value);
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        return writer.encode(value, dataType);
    }

    @Override
    public EncodedParameter encodeNull() {
        return writer.encodeNull();
    }
}
