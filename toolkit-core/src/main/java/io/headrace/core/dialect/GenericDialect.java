package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Any R2DBC driver, by nothing but the SPI; indexed markers of the {@code $1} form. */
record GenericDialect(String name) implements Dialect {

    @Override
    public String marker(int index) {
        return "$" + (index + 1);
    }

    /** Not known; the driver says so itself where it takes none. */
    @Override
    public boolean hasArrays() {
        return true;
    }

    @Override
    public Publisher<Void> begin(Connection connection, TransactionMode mode) {
        return connection.beginTransaction(new Definition(mode));
    }

    @Override
    public Publisher<Void> commit(Connection connection) {
        return connection.commitTransaction();
    }

    @Override
    public Publisher<Void> rollback(Connection connection) {
        return connection.rollbackTransaction();
    }

    @Override
    public Publisher<Void> savepoint(Connection connection, String savepoint) {
        return connection.createSavepoint(savepoint);
    }

    @Override
    public Publisher<Void> release(Connection connection, String savepoint) {
        return connection.releaseSavepoint(savepoint);
    }

    @Override
    public Publisher<Void> rollbackTo(Connection connection, String savepoint) {
        return connection.rollbackTransactionToSavepoint(savepoint);
    }

    private static final class Definition implements TransactionDefinition {

        private final Map<Option<?>, Object> attributes = new HashMap<>();

        Definition(TransactionMode mode) {
            if (mode.isolation() != null) {
                attributes.put(ISOLATION_LEVEL, mode.isolation());
            }
            if (mode.readOnly() != null) {
                attributes.put(READ_ONLY, mode.readOnly());
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> @Nullable T getAttribute(Option<T> option) {
            return (T) attributes.get(option);
        }
    }
}
