package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** Rows as one array literal per column. */
final class UnnestChunk<T extends Record> {

    private final BulkPlan<T> plan;
    private final List<ArrayLiteral> literals;
    private final StringBuilder scratch = new StringBuilder();
    private final long rowsBefore;
    private int rows;
    private long chars;

    UnnestChunk(BulkPlan<T> plan, long rowsBefore) {
        this.plan = plan;
        this.rowsBefore = rowsBefore;
        this.literals = Stream.generate(() -> new ArrayLiteral(new StringBuilder(), ','))
                .limit(plan.fields().size())
                .toList();
    }

    void add(T row) {
        rows++;
        for (int i = 0; i < literals.size(); i++) {
            PlanField field = plan.fields().get(i);
            Object value = field.source().valueOf(row);
            if (value == null) {
                literals.get(i).addNull();
            } else {
                scratch.setLength(0);
                write(field, value);
                literals.get(i).add(scratch);
                chars += scratch.length();
            }
        }
    }

    private void write(PlanField field, Object value) {
        try {
            field.writer().text(value, scratch);
            PostgresqlText.check(scratch);
        } catch (RuntimeException error) {
            throw plan.refused(field, rowsBefore + rows, error);
        }
    }

    boolean isFull(ChunkLimits limits) {
        return rows >= limits.rows() || chars >= limits.bytes();
    }

    int rows() {
        return rows;
    }

    /** Executes a statement that takes the arrays as its parameters; once. */
    <K> Flux<K> execute(Session session, String sql, BiFunction<Row, RowMetadata, K> mapper) {
        return session.run(connection -> {
            Statement statement = connection.createStatement(sql);
            for (int i = 0; i < literals.size(); i++) {
                literals.get(i).end();
                statement.bind(i, literals.get(i).toString());
            }
            return Flux.from(statement.execute()).concatMap(result -> result.map(mapper));
        });
    }
}
