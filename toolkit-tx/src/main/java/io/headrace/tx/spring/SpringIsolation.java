package io.headrace.tx.spring;

import io.r2dbc.spi.IsolationLevel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;

/** Isolation levels by Spring's numbers, which are those of JDBC. */
final class SpringIsolation {

    private static final Map<Integer, IsolationLevel> LEVELS = Map.of(
            TransactionDefinition.ISOLATION_READ_UNCOMMITTED, IsolationLevel.READ_UNCOMMITTED,
            TransactionDefinition.ISOLATION_READ_COMMITTED, IsolationLevel.READ_COMMITTED,
            TransactionDefinition.ISOLATION_REPEATABLE_READ, IsolationLevel.REPEATABLE_READ,
            TransactionDefinition.ISOLATION_SERIALIZABLE, IsolationLevel.SERIALIZABLE);

    private SpringIsolation() {}

    /** Null for none, and for one that Spring has no number for. */
    static @Nullable Integer numberOf(@Nullable IsolationLevel level) {
        return LEVELS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(level))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Null for none. */
    static @Nullable IsolationLevel of(@Nullable Integer number) {
        return number == null ? null : LEVELS.get(number);
    }
}
