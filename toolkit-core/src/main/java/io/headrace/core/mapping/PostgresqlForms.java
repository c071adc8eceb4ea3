package io.headrace.core.mapping;

import static io.r2dbc.postgresql.codec.PostgresqlObjectId.BYTEA_ARRAY;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.INTERVAL;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.INTERVAL_ARRAY;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.JSONB;
import static io.r2dbc.postgresql.codec.PostgresqlObjectId.UNSPECIFIED;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.json.Json;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Period;
import java.util.HexFormat;

/**
 * The forms that PostgreSQL takes, of its driver's own types. What has no type of its own in the driver goes as text with
 * the type's name, and enums as text without one, so that the server takes them for a column of text as for one of an
 * enum type.
 */
final class PostgresqlForms extends ParameterForms {

    PostgresqlForms(Dialect dialect) {
        super(dialect);
    }

    @Override
    Parameter json(String text) {
        return Parameters.in(JSONB, io.r2dbc.postgresql.codec.Json.of(text));
    }

    @Override
    Parameter nullJson() {
        return Parameters.in(JSONB);
    }

    @Override
    Parameter ofEnum(String name) {
        return Parameters.in(UNSPECIFIED, name);
    }

    @Override
    Parameter interval(Object value, IntervalValue parts) {
        return Parameters.in(INTERVAL, parts.toSql());
    }

    @Override
    Parameter array(ArrayElements elements) {
        Class<?> type = elements.type();
        if (type == Object.class || type.isEnum()) {
            return Parameters.in(UNSPECIFIED, elements.toTexts(PostgresqlForms::text));
        }
        if (type == Duration.class || type == Period.class) {
            return Parameters.in(INTERVAL_ARRAY, elements.toTexts(PostgresqlForms::text));
        }
        return type == byte[].class || ByteBuffer.class.isAssignableFrom(type)
                ? Parameters.in(BYTEA_ARRAY, elements.toTexts(PostgresqlForms::text))
                : Parameters.in(elements.toArray());
    }

    @Override
    Parameter nullArray(Class<?> element) {
        if (element == Object.class || element.isEnum()) {
            return Parameters.in(UNSPECIFIED);
        }
        if (element == Json.class) {
            return Parameters.in(JSONB);
        }
        if (element == Duration.class || element == Period.class) {
            return Parameters.in(INTERVAL_ARRAY);
        }
        return element == byte[].class || element == ByteBuffer.class
                ? Parameters.in(BYTEA_ARRAY)
                : Parameters.in(element.arrayType());
    }

    @Override
    Parameter nullOf(Class<?> type) {
        return Parameters.in(type == Duration.class || type == Period.class ? INTERVAL : UNSPECIFIED);
    }

    private static Object text(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Duration duration) {
            return IntervalValue.of(duration).toSql();
        }
        if (value instanceof Period period) {
            return IntervalValue.of(period).toSql();
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return value instanceof byte[] bytes ? "\\x" + HexFormat.of().formatHex(bytes) : value;
    }
}
