package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

/** A database whose savepoints and rollbacks are the standard's statements, sent by us and not by its driver. */
abstract class StandardDialect implements Dialect {

    @Override
    public Mono<Void> rollback(Connection connection) {
        return Statements.run(connection, "ROLLBACK");
    }

    @Override
    public Mono<Void> savepoint(Connection connection, String name) {
        return Statements.run(connection, "SAVEPOINT " + quote(name));
    }

    @Override
    public Mono<Void> release(Connection connection, String name) {
        return Statements.run(connection, "RELEASE SAVEPOINT " + quote(name));
    }

    @Override
    public Mono<Void> rollbackTo(Connection connection, String name) {
        return Statements.run(connection, "ROLLBACK TO SAVEPOINT " + quote(name));
    }
}
