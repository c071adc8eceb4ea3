package io.headrace.core.mapping;

import static io.r2dbc.postgresql.codec.PostgresqlObjectId.NUMERIC;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.TIMETZ;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.message.Format;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a column as an {@link ExactValue}, in binary form by our own decoders; it writes nothing. */
final class PostgresqlExactCodec implements Codec<ExactValue> {

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return type == ExactValue.class;
    }

    @Override
    public @Nullable ExactValue decode(
            @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends ExactValue> type) {
        if (buffer == null) {
            return null;
        }
        if (format == Format.FORMAT_TEXT) {
            return ofText(buffer, dataType);
        }
        if (!PostgresqlObjectId.isValid(dataType)) {
            return new ExactValue(PostgresqlBinary.text(buffer));
        }
        return new ExactValue(
                switch (PostgresqlObjectId.valueOf(dataType)) {
                    case NUMERIC -> PostgresqlBinary.numeric(buffer);
                    case DATE -> PostgresqlBinary.date(buffer);
                    case TIME -> PostgresqlBinary.time(buffer);
                    case TIMETZ -> PostgresqlBinary.timetz(buffer);
                    case TIMESTAMP -> PostgresqlBinary.timestamp(buffer);
                    case TIMESTAMPTZ -> PostgresqlBinary.timestamptz(buffer);
                    case INTERVAL -> PostgresqlBinary.interval(buffer);
                    case NUMERIC_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::numeric);
                    case DATE_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::date);
                    case TIME_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::time);
                    case TIMETZ_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::timetz);
                    case TIMESTAMP_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::timestamp);
                    case TIMESTAMPTZ_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::timestamptz);
                    case INTERVAL_ARRAY -> PostgresqlBinary.array(buffer, PostgresqlBinary::interval);
                    default ->
                        throw new ConversionException(
                                "it comes in binary form, which only the server can turn into text");
                });
    }

    private static ExactValue ofText(ByteBuf buffer, int dataType) {
        if (dataType == NUMERIC.getObjectId()) {
            return new ExactValue(new BigDecimal(buffer.toString(StandardCharsets.US_ASCII)));
        }
        return dataType == TIMETZ.getObjectId()
                ? new ExactValue(PostgresqlBinary.timetz(buffer.toString(StandardCharsets.US_ASCII)))
                : ExactValue.LEFT_TO_DRIVER;
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return false;
    }

    @Override
    public EncodedParameter encode(Object value) {
        throw new UnsupportedOperationException("this codec only reads");
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        throw new UnsupportedOperationException("this codec only reads");
    }

    @Override
    public EncodedParameter encodeNull() {
        throw new UnsupportedOperationException("this codec only reads");
    }
}
