package io.headrace.core.dialect;

import io.headrace.core.dialect.RowLock.Strength;
import io.headrace.core.error.UnsupportedFeatureException;
import java.util.stream.Collectors;

/** How the databases write a {@link RowLock}. */
final class RowLockText {

    private RowLockText() {}

    /** All of it: PostgreSQL. */
    static String full(Dialect dialect, RowLock lock) {
        String tables = lock.tables().stream()
                .map(table -> dialect.quote(dialect.stored(table)))
                .collect(Collectors.joining(", "));
        return "FOR " + lock.strength().name().replace('_', ' ') + (tables.isEmpty() ? "" : " OF " + tables)
                + waiting(lock);
    }

    /** For update, and for share in the words of MariaDB. */
    static String updateOrShareMode(Dialect dialect, RowLock lock) {
        refuseTables(dialect, lock);
        return switch (lock.strength()) {
            case UPDATE -> "FOR UPDATE" + waiting(lock);
            case SHARE -> "LOCK IN SHARE MODE" + waiting(lock);
            case NO_KEY_UPDATE, KEY_SHARE -> throw unknown(dialect, lock, "forUpdate() or forShare()");
        };
    }

    /** For update only: H2. */
    static String updateOnly(Dialect dialect, RowLock lock) {
        refuseTables(dialect, lock);
        if (lock.strength() != Strength.UPDATE) {
            throw unknown(dialect, lock, "forUpdate()");
        }
        return "FOR UPDATE" + waiting(lock);
    }

    private static String waiting(RowLock lock) {
        return switch (lock.waiting()) {
            case WAIT -> "";
            case NO_WAIT -> " NOWAIT";
            case SKIP_LOCKED -> " SKIP LOCKED";
        };
    }

    private static void refuseTables(Dialect dialect, RowLock lock) {
        if (!lock.tables().isEmpty()) {
            throw new UnsupportedFeatureException(
                    dialect.name() + " locks the rows of all tables of a SELECT; leave out of("
                            + String.join(", ", lock.tables()) + "), or select from the table alone");
        }
    }

    private static UnsupportedFeatureException unknown(Dialect dialect, RowLock lock, String instead) {
        return new UnsupportedFeatureException(dialect.name() + " has no row lock FOR "
                + lock.strength().name().replace('_', ' ') + "; use " + instead);
    }
}
