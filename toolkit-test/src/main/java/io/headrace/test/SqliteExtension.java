package io.headrace.test;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link SqliteTest} does. */
final class SqliteExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SqliteExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestSqlite.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Database.class, key -> new Database(TestSqlite.create()), Database.class)
                .sqlite();
    }

    /** JUnit closes it with the test, or the class, that it was made for. */
    record Database(TestSqlite sqlite) implements AutoCloseable {

        @Override
        public void close() {
            sqlite.close();
        }
    }
}
