package io.headrace.core.mapping;

import io.r2dbc.postgresql.api.PostgresqlColumnMetadata;
import io.r2dbc.postgresql.codec.Interval;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the columns of PostgreSQL are read; nothing where its driver is not on the class path. */
final class PostgresqlColumns {

    private static final boolean DRIVER_PRESENT = isDriverPresent();

    private PostgresqlColumns() {}

    /** Whether this is a column of the PostgreSQL driver. */
    static boolean owns(ColumnMetadata column) {
        return DRIVER_PRESENT && Driver.owns(column);
    }

    /** The source for a column of PostgreSQL that is wanted as this type; null where only the driver knows. */
    static @Nullable ColumnSource source(ColumnMetadata column, ValueType target) {
        return Driver.source(column.getType().getName(), target);
    }

    private static boolean isDriverPresent() {
        try {
            Class.forName(
                    "io.r2dbc.postgresql.api.PostgresqlColumnMetadata",
                    false,
                    PostgresqlColumns.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** Apart, so that the driver's classes are linked only where they exist. */
    private static final class Driver {

        private static final Map<String, Class<?>> AS_DRIVER_READS = Map.ofEntries(
                Map.entry("BOOL", Boolean.class),
                Map.entry("INT2", Short.class),
                Map.entry("INT4", Integer.class),
                Map.entry("INT8", Long.class),
                Map.entry("OID", Long.class),
                Map.entry("FLOAT4", Float.class),
                Map.entry("FLOAT8", Double.class),
                Map.entry("TEXT", String.class),
                Map.entry("VARCHAR", String.class),
                Map.entry("BPCHAR", String.class),
                Map.entry("CHAR", String.class),
                Map.entry("NAME", String.class),
                Map.entry("UNKNOWN", String.class),
                Map.entry("XML", String.class),
                Map.entry("UUID", UUID.class),
                Map.entry("BYTEA", byte[].class));

        /** The driver reads some values of these wrongly or not at all, mostly in binary form. */
        private static final Map<String, Class<?>> EXACT = Map.of(
                "NUMERIC", BigDecimal.class,
                "DATE", LocalDate.class,
                "TIMESTAMP", LocalDateTime.class,
                "TIMESTAMPTZ", OffsetDateTime.class,
                "TIME", LocalTime.class,
                "TIMETZ", OffsetTime.class,
                "INTERVAL", Interval.class);

        private static final Set<String> JSON = Set.of("JSON", "JSONB");

        /** Types of the server's own that the driver has no Java type for. */
        private static final Set<String> OPAQUE = Set.of("MONEY", "BIT", "VARBIT");

        private static final String ARRAY = "_ARRAY";

        static boolean owns(ColumnMetadata column) {
            return column instanceof PostgresqlColumnMetadata;
        }

        static @Nullable ColumnSource source(String type, ValueType target) {
            if (type.endsWith(ARRAY)) {
                return array(type.substring(0, type.length() - ARRAY.length()), target);
            }
            if (JSON.contains(type)) {
                return new OfJson();
            }
            Class<?> driverType = AS_DRIVER_READS.get(type);
            if (driverType != null) {
                return ColumnSource.ofDriver(driverType);
            }
            Class<?> exactType = EXACT.get(type);
            if (exactType != null) {
                return new OfExact(exactType);
            }
            boolean isOwnType = Character.isDigit(type.charAt(0));
            if (isOwnType && target.dimensions() > 0) {
                return ColumnSource.ofDriver(arrayOf(String.class, target.dimensions()));
            }
            boolean wantsText = target.raw() == Object.class || Conversions.owns(target.boxed());
            return wantsText && (isOwnType || OPAQUE.contains(type)) ? new OfExact(String.class) : null;
        }

        private static @Nullable ColumnSource array(String element, ValueType target) {
            int dimensions = Math.max(1, target.dimensions());
            if (target.raw() == Object.class && !EXACT.containsKey(element)) {
                return null;
            }
            if (element.equals("BYTEA")) {
                return ColumnSource.ofDriver(arrayOf(ByteBuffer.class, dimensions));
            }
            Class<?> driverType = AS_DRIVER_READS.get(element);
            if (driverType != null) {
                return ColumnSource.ofDriver(arrayOf(driverType, dimensions));
            }
            Class<?> exactType = EXACT.get(element);
            return exactType == null ? null : new OfExact(arrayOf(exactType, dimensions));
        }

        private static Class<?> arrayOf(Class<?> element, int dimensions) {
            Class<?> array = element;
            for (int i = 0; i < dimensions; i++) {
                array = array.arrayType();
            }
            return array;
        }
    }

    private record OfJson() implements ColumnSource {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public @Nullable Object read(Row row, int index) {
            if (row instanceof ExactRow) {
                return row.get(index, String.class);
            }
            Json document = row.get(index, Json.class);
            return document == null ? null : document.asString();
        }

        @Override
        public boolean isJson() {
            return true;
        }
    }

    /** Our codec's reading for binary results, the driver's for text and where our codec is not registered. */
    private static final class OfExact implements ColumnSource {

        private final Class<?> driverType;
        private final Class<?> type;

        private volatile boolean codecMissing;

        OfExact(Class<?> driverType) {
            this.driverType = driverType;
            this.type = withoutDriverTypes(driverType);
        }

        @Override
        public Class<?> type() {
            return type;
        }

        @Override
        public @Nullable Object read(Row row, int index) {
            if (row instanceof ExactRow exactRow) {
                return ownType(exactRow.exactValue(index));
            }
            if (!codecMissing) {
                try {
                    ExactValue exact = row.get(index, ExactValue.class);
                    if (exact == null || exact.value() != null) {
                        return exact == null ? null : exact.value();
                    }
                } catch (NumberFormatException error) {
                    throw new ConversionException("a value is infinite or not a number");
                } catch (IllegalArgumentException error) {
                    codecMissing = true;
                }
            }
            return ownType(row.get(index, driverType));
        }

        private static Class<?> withoutDriverTypes(Class<?> type) {
            if (type.isArray()) {
                return withoutDriverTypes(type.getComponentType()).arrayType();
            }
            return type == Interval.class ? IntervalValue.class : type;
        }

        private static @Nullable Object ownType(@Nullable Object value) {
            if (value instanceof OffsetDateTime time) {
                return time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN)
                        ? time
                        : time.withOffsetSameInstant(ZoneOffset.UTC);
            }
            if (value instanceof Interval interval) {
                return ofInterval(interval);
            }
            if (!(value instanceof Interval[] || value instanceof OffsetDateTime[] || value instanceof Object[][])) {
                return value;
            }
            @Nullable Object[] source = (@Nullable Object[]) value;
            @Nullable Object[] array = new @Nullable Object[source.length];
            for (int i = 0; i < source.length; i++) {
                array[i] = ownType(source[i]);
            }
            return array;
        }

        private static IntervalValue ofInterval(Interval interval) {
            long seconds = (interval.getHours() * 60L + interval.getMinutes()) * 60 + interval.getSecondsInMinute();
            return new IntervalValue(
                    interval.getYears() * 12 + interval.getMonths(),
                    interval.getDays(),
                    seconds * 1_000_000 + interval.getMicrosecondsInSecond());
        }
    }
}
