package io.headrace.test;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link PostgresTest} does. */
final class PostgresExtension implements ParameterResolver, AfterEachCallback {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestPostgres.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return database(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        PostgresLeakCheck.check(database(context));
    }

    private static TestPostgres database(ExtensionContext context) {
        return ClassResource.of(context, Database.class, Database::create).postgres();
    }

    /** Drops the database when JUnit closes the class. */
    record Database(TestPostgres postgres) implements AutoCloseable {

        static Database create(String className) {
            return new Database(PostgresServer.shared().createDatabase(className));
        }

        @Override
        public void close() {
            postgres.drop();
        }
    }
}
