package io.headrace.sqlite;

import io.r2dbc.spi.Batch;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/** Statements without parameters, run in their order. */
final class SqliteBatch implements Batch {

    private final SqliteSession session;
    private final SqlTextCache texts;
    private final List<Unit> units = new ArrayList<>();

    SqliteBatch(SqliteSession session, SqlTextCache texts) {
        this.session = session;
        this.texts = texts;
    }

    @Override
    public SqliteBatch add(String sql) {
        SqlText text = texts.get(sql);
        if (text.parameterCount() > 0) {
            throw new IllegalArgumentException("a batch has no parameters, but a statement of it has " + text.names()
                    + "; use createStatement and add()");
        }
        for (SqlPiece piece : text.pieces()) {
            units.add(new Unit(piece, new Object[0]));
        }
        return this;
    }

    @Override
    public Flux<SqliteResult> execute() {
        return new ExecuteFlux(session, List.copyOf(units));
    }
}
