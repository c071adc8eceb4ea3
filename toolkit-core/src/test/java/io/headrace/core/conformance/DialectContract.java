package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headrace.core.dialect.Dialect;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a dialect says of its database, tried out. */
abstract class DialectContract extends Contract {

    final Dialect dialect;

    DialectContract(TestDatabase database) {
        super(database);
        this.dialect = db.sessions().dialect();
    }

    @BeforeEach
    void createStock() {
        create("stock", "shop int NOT NULL, item int NOT NULL, amount int, note varchar(20), PRIMARY KEY (shop, item)");
        database.execute("INSERT INTO stock VALUES (1, 1, 10, 'old')");
    }

    private List<String> folded(String... names) {
        return Flux.fromArray(names).map(dialect::fold).collectList().block(TestDatabase.LIMIT);
    }

    private List<String> stock() {
        return db.sql("SELECT * FROM stock ORDER BY shop, item")
                .as((row, metadata) -> IntStream.range(0, 4)
                        .mapToObj(column -> String.valueOf(row.get(column)))
                        .collect(Collectors.joining(" ")))
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }

    @Test
    void anUpsertInsertsNewRowsAndUpdatesThoseThatAreThere() {
        String sql = dialect.upsert(
                dialect.fold("stock"),
                folded("shop", "item", "amount"),
                folded("shop", "item"),
                "(:shop, 1, :old), (:shop, 2, :new)");

        db.sql(sql).bind("shop", 1).bind("old", 11).bind("new", 22).run().block(TestDatabase.LIMIT);

        assertThat(stock()).containsExactly("1 1 11 old", "1 2 22 null");
    }

    @Test
    void anUpsertOfNothingButItsKeyLeavesRowsAsTheyAre() {
        String sql =
                dialect.upsert(dialect.fold("stock"), folded("shop", "item"), folded("shop", "item"), "(1, 1), (2, 2)");

        db.sql(sql).run().block(TestDatabase.LIMIT);

        assertThat(stock()).containsExactly("1 1 10 old", "2 2 null null");
    }

    @Test
    void aListIsBoundAsAnArrayWhereTheDialectSaysSo() {
        assumeThat(dialect.hasArrays()).isTrue();

        Mono<Long> count = db.sql("SELECT count(*) FROM stock WHERE item = ANY(:items)")
                .bind("items", new Integer[] {1, 2, 3})
                .as(Long.class)
                .one();

        assertThat(count.block(TestDatabase.LIMIT)).isEqualTo(1);
    }

    @Test
    void anIdentifierMayHoldAnything() {
        String odd = "a \"b\" `c` 'd' ; \\ $1 ? :e -- /*";
        String table = dialect.quote(odd);

        db.sql("CREATE TABLE " + table + " (" + dialect.quote(odd) + " int)")
                .run()
                .block(TestDatabase.LIMIT);
        db.sql("INSERT INTO " + table + " (" + dialect.quote(odd) + ") VALUES (:value)")
                .bind("value", 7)
                .run()
                .block(TestDatabase.LIMIT);

        assertThat(db.sql("SELECT " + dialect.quote(odd) + " FROM " + table)
                        .as((row, metadata) -> metadata.getColumnMetadata(0).getName() + row.get(0, Integer.class))
                        .one()
                        .block(TestDatabase.LIMIT))
                .isEqualTo(odd + 7);
        db.sql("DROP TABLE " + table).run().block(TestDatabase.LIMIT);
    }

    @Test
    void aFoldedNameIsTheOneThatTheDatabaseStores() {
        assertThat(database.queryLong("SELECT count(*) FROM " + dialect.quoteQualified(dialect.fold("stock"))))
                .isEqualTo(1);
    }
}
