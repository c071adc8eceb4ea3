package io.headrace.core.mapping;

import io.r2dbc.spi.ColumnMetadata;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Set;

/**
 * Columns of SQLite, where only a value has a type. Its driver knows how it has stored what SQLite has no type for, and
 * reads it as that whatever the column was declared as.
 */
final class SqliteColumns {

    /** By its name, for the driver is no dependency. */
    private static final String TYPE = "io.headrace.sqlite.SqliteType";

    private static final Set<Class<?>> STORED_AS_TEXT = Set.of(
            BigDecimal.class,
            BigInteger.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            Instant.class);

    private SqliteColumns() {}

    static boolean readsAsAsked(ColumnMetadata column, Class<?> target) {
        return STORED_AS_TEXT.contains(target)
                && column.getType().getClass().getName().equals(TYPE);
    }
}
