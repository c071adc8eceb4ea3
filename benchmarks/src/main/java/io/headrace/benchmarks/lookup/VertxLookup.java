package io.headrace.benchmarks.lookup;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.function.Consumer;

/** By the client of Vert.x, with its own futures. */
record VertxLookup(SqlClient client) implements Lookup {

    @Override
    public void find(long id, Consumer<Product> found, Consumer<Throwable> failed) {
        client.preparedQuery("SELECT * FROM products WHERE id = $1")
                .mapping(VertxLookup::product)
                .execute(Tuple.of(id))
                .onComplete(rows -> found.accept(rows.iterator().next()), failed::accept);
    }

    private static Product product(Row row) {
        return new Product(row.getLong(0), row.getString(1), row.getBigDecimal(2), row.getInteger(3), row.getString(4));
    }
}
