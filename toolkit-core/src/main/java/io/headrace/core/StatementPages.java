package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.scan.PageStatements;
import io.r2dbc.spi.Result;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** Lets a scan page through the rows of a statement. */
record StatementPages(SqlStatement statement) implements PageStatements {

    /** The statement that selects a whole table. */
    static String ofTable(String table, Dialect dialect) {
        return Arrays.stream(table.split("\\.", 2))
                .map(part -> dialect.quote(dialect.stored(part)))
                .collect(Collectors.joining(".", "SELECT * FROM ", ""));
    }

    @Override
    public Dialect dialect() {
        return statement.dialect();
    }

    @Override
    public String source() {
        return statement.text();
    }

    @Override
    public boolean inTransaction(ContextView context) {
        return statement.inTransaction(context);
    }

    @Override
    public PageStatement prepare(String sql) {
        return new Prepared(statement.withText(sql));
    }

    private record Prepared(SqlStatement statement) implements PageStatement {

        @Override
        public <R> Flux<R> read(Map<String, Object> values, Function<Result, Publisher<R>> read) {
            SqlStatement bound = statement;
            for (Map.Entry<String, Object> value : values.entrySet()) {
                bound = bound.bind(value.getKey(), value.getValue());
            }
            return bound.observed(bound.execute(read));
        }
    }
}
