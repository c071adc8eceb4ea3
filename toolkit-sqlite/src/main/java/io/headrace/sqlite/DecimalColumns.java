package io.headrace.sqlite;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once per column that SQLite does not keep the digits which its declaration promises. */
final class DecimalColumns {

    private static final Logger logger = LoggerFactory.getLogger(DecimalColumns.class);

    private static final int MOST_REMEMBERED = 1_000;

    private final DatabaseFile file;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    DecimalColumns(DatabaseFile file) {
        this.file = file;
    }

    static boolean isDecimal(SqliteColumnMetadata column) {
        String declared = column.declared();
        if (declared == null || column.type() != SqliteType.NUMERIC) {
            return false;
        }
        String type = declared.trim().toUpperCase(Locale.ROOT);
        return type.startsWith("DEC") || type.startsWith("NUMERIC") || type.startsWith("MONEY");
    }

    /** Looks at the columns of a result; of the most it is known already that they have none. */
    void look(RowShape columns) {
        if (columns.hasDecimals()) {
            columns.getColumnMetadatas().stream()
                    .filter(DecimalColumns::isDecimal)
                    .forEach(this::tell);
        }
    }

    private void tell(SqliteColumnMetadata column) {
        if (told.size() < MOST_REMEMBERED && told.add(column.name() + " " + column.declared())) {
            logger.warn(
                    "The column '{}' of the database {} is declared {}, which SQLite stores as a binary floating-point number:"
                            + " digits beyond the 15th are lost without an error, and 0.1 is not exact. Declare it TEXT for"
                            + " a BigDecimal, INTEGER for cents, or REAL if that is meant. This is said once per column.",
                    column.name(),
                    file,
                    column.declared());
        }
    }
}
