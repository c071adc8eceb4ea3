package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a statement gives back, and when it is run. */
@Timeout(60)
class ResultTest {

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    }

    @AfterEach
    void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    private Flux<Result> execute(String sql) {
        return Flux.from(connection.createStatement(sql).execute()).cast(Result.class);
    }

    @Test
    void nothingIsRunBeforeItIsSubscribed() {
        Flux<Long> insert =
                Sql.update(connection, "INSERT INTO items (name) VALUES ('a')").flux();
        assertThat(Sql.number(connection, "SELECT count(*) FROM items")).isZero();
        assertThat(insert.blockLast(Sql.LIMIT)).isOne();
        assertThat(insert.blockLast(Sql.LIMIT)).isOne();
        assertThat(Sql.number(connection, "SELECT count(*) FROM items")).isEqualTo(2);
    }

    @Test
    void aChangeIsMadeThoughNobodyLooksAtItsResult() {
        execute("INSERT INTO items (name) VALUES ('a')").then().block(Sql.LIMIT);
        Mono.from(connection
                        .createStatement("INSERT INTO items (name) VALUES ('b')")
                        .execute())
                .block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM items")).isEqualTo(2);
    }

    @Test
    void changedRowsAreCountedOnlyWhereRowsAreChanged() {
        Sql.run(
                connection,
                "CREATE TABLE log (what TEXT)",
                "CREATE TRIGGER told AFTER INSERT ON items BEGIN INSERT INTO log VALUES ('x'); INSERT INTO log VALUES ('y'); END");

        assertThat(Sql.update(connection, "INSERT INTO items (name) VALUES ('a'), ('b'), ('c')")
                        .block(Sql.LIMIT))
                .isEqualTo(3);
        assertThat(Sql.update(connection, "CREATE TABLE other (a)").block(Sql.LIMIT))
                .isZero();
        assertThat(Sql.update(connection, "PRAGMA user_version = 7").block(Sql.LIMIT))
                .isZero();
        assertThat(Sql.update(connection, "DELETE FROM items WHERE id > 1").block(Sql.LIMIT))
                .isEqualTo(2);
        assertThat(Sql.update(connection, "DELETE FROM items WHERE id > 100").block(Sql.LIMIT))
                .isZero();
        assertThat(Sql.update(connection, "SELECT 1").block(Sql.LIMIT)).isZero();
    }

    @Test
    void eachBindingHasItsResult() {
        var statement = connection.createStatement("INSERT INTO items VALUES (?, ?)");
        for (int id = 1; id < 10; id++) {
            statement.bind(0, id).bind(1, "n" + id).add();
        }
        statement.bind(0, 10).bindNull(1, String.class);

        assertThat(Flux.from(statement.execute())
                        .concatMap(Result::getRowsUpdated)
                        .collectList()
                        .block(Sql.LIMIT))
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> 1L).toList());
    }

    @Test
    void anErrorEndsTheBindingsBehindIt() {
        var statement = connection.createStatement("INSERT INTO items VALUES (?, 'x')");
        statement.bind(0, 1).add().bind(0, 1).add().bind(0, 2);

        StepVerifier.create(Flux.from(statement.execute()).concatMap(Result::getRowsUpdated))
                .expectNext(1L)
                .expectErrorMessage("UNIQUE constraint failed: items.id (SQLite 1555)")
                .verify(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM items")).isOne();
    }

    @Test
    void returnedRowsHoldNoLock() {
        SqliteConnection other = Sql.open(connections);
        Result result = Mono.from(connection
                        .createStatement("INSERT INTO items (name) VALUES ('a'), ('b')")
                        .returnGeneratedValues("id", "name")
                        .execute())
                .block(Sql.LIMIT);

        assertThat(Sql.number(other, "SELECT count(*) FROM items")).isEqualTo(2);
        Sql.run(other, "INSERT INTO items (name) VALUES ('c')");
        assertThat(Flux.from(result.map(row -> row.get("id", Long.class) + row.get("name", String.class)))
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly("1a", "2b");
        Sql.close(other);
    }

    @Test
    void segmentsAreRowsAndThenTheCount() {
        assertThat(execute("INSERT INTO items (name) VALUES ('a'), ('b') RETURNING name")
                        .concatMap(result -> result.flatMap(segment -> segment instanceof Result.RowSegment row
                                ? Mono.just(row.row().get(0, String.class))
                                : Mono.just("count " + ((Result.UpdateCount) segment).value())))
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly("a", "b", "count 2");
        assertThat(execute("SELECT name FROM items")
                        .concatMap(result -> result.filter(segment -> segment instanceof Result.RowSegment row
                                        && "b".equals(row.row().get(0)))
                                .map(row -> row.get(0, String.class)))
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly("b");
    }

    @Test
    void aRowOfASegmentOutlivesItsStatement() {
        List<Row> rows = execute("SELECT 1 AS a UNION ALL SELECT 2")
                .concatMap(result -> result.flatMap(segment -> Mono.just(((Result.RowSegment) segment).row())))
                .collectList()
                .block(Sql.LIMIT);
        assertThat(rows).extracting(row -> row.get("a")).containsExactly(1L, 2L);
    }

    @Test
    void aRowIsReadInsideOfItsFunctionOnly() {
        List<Row> rows = execute("SELECT 1")
                .concatMap(result -> result.map((row, metadata) -> row))
                .collectList()
                .block(Sql.LIMIT);
        assertThatThrownBy(() -> rows.get(0).get(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inside of map");
    }

    @Test
    void aResultIsConsumedOnce() {
        Result result = execute("SELECT 1").next().block(Sql.LIMIT);
        Flux<Long> rows = Flux.from(result.map(row -> row.get(0, Long.class)));
        assertThat(rows.blockLast(Sql.LIMIT)).isOne();
        assertThatThrownBy(() -> rows.blockLast(Sql.LIMIT)).hasMessageContaining("consumed before");
    }

    @Test
    void statementsOfOneTextRunInOrderAndSeeEachOther() {
        assertThat(execute(
                                "INSERT INTO items VALUES (1, 'a'); SELECT name FROM items; DELETE FROM items; SELECT count(*) FROM items")
                        .concatMap(result -> result.map(row -> row.get(0, String.class)))
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly("a", "0");
        assertThat(execute("SELECT 1; SELECT 2; SELECT 3")
                        .flatMap(result -> result.map(row -> row.get(0, Long.class)), 8)
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void anErrorOfTheMappingFunctionEndsTheStreamAndFreesTheStatement() {
        StepVerifier.create(execute("SELECT 1 UNION SELECT 2")
                        .concatMap(result -> result.map(row -> {
                            throw new IllegalStateException("mine");
                        })))
                .expectErrorMessage("mine")
                .verify(Sql.LIMIT);
        StepVerifier.create(execute("SELECT 1").concatMap(result -> result.map(row -> row.get("b"))))
                .expectErrorMatches(error -> error.getMessage().contains("no column 'b'"))
                .verify(Sql.LIMIT);
        Sql.run(connection, "DROP TABLE items");
    }

    @Test
    void aWrongStatementSaysWhatIsWrongWithIt() {
        assertThatThrownBy(() -> Sql.run(connection, "SELEC 1"))
                .isInstanceOf(R2dbcBadGrammarException.class)
                .hasMessageContaining("near \"SELEC\": syntax error")
                .extracting(error -> ((R2dbcBadGrammarException) error).getOffendingSql())
                .isEqualTo("SELEC 1");
        assertThatThrownBy(() -> Sql.run(connection, "SELECT * FROM nowhere"))
                .hasMessageContaining("no such table: nowhere");
        assertThat(Sql.number(connection, "SELECT 1")).isOne();
    }

    @Test
    void aPreparedStatementFollowsTheSchema() {
        SqliteConnection other = Sql.open(connections);
        Sql.run(connection, "INSERT INTO items VALUES (1, 'a')");
        assertThat(columns()).containsExactly("id", "name");
        Sql.run(other, "ALTER TABLE items ADD COLUMN price REAL");
        assertThat(columns()).containsExactly("id", "name", "price");
        Sql.run(other, "ALTER TABLE items RENAME COLUMN name TO label");
        assertThat(columns()).containsExactly("id", "label", "price");
        Sql.close(other);
    }

    private List<String> columns() {
        return execute("SELECT * FROM items")
                .concatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                        .map(column -> column.getName())
                        .toList()))
                .blockLast(Sql.LIMIT);
    }

    /** Another factory, as another process would have: nobody tells this one. */
    @Test
    void aPreparedStatementFollowsASchemaThatOthersChange() {
        Sql.run(connection, "CREATE TABLE shared (a TEXT)", "INSERT INTO shared VALUES ('1')");
        assertThat(columnsOfShared()).containsExactly("a TEXT");

        SqliteConnectionFactory others = SqliteConnectionFactory.from(TestFiles.pathOf(connections));
        SqliteConnection other = Sql.open(others);
        Sql.run(other, "ALTER TABLE shared RENAME COLUMN a TO b", "ALTER TABLE shared ADD COLUMN c INT");
        Sql.close(other);

        assertThat(columnsOfShared()).containsExactly("b TEXT", "c INT");
    }

    private List<String> columnsOfShared() {
        return Flux.from(connection.createStatement("SELECT * FROM shared").execute())
                .concatMap(result -> result.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                        .map(column -> column.getName() + " " + column.getType())
                        .toList()))
                .blockLast(Sql.LIMIT);
    }

    @Test
    void aSchemaCanChangeWhileAStreamIsOpen() {
        Sql.run(
                connection,
                "INSERT INTO items WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) SELECT n, 'x' FROM c");
        SqliteConnection other = Sql.open(connections);
        StepVerifier.create(Sql.query(connection, "SELECT id FROM items", Long.class), 5)
                .expectNextCount(5)
                .then(() -> Sql.run(other, "CREATE TABLE more (a)", "ALTER TABLE items ADD COLUMN b"))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(995)
                .expectComplete()
                .verify(Sql.LIMIT);
        Sql.close(other);
    }

    @Test
    void blobsAreCollectedBeforeTheStatementRuns() {
        Sql.run(connection, "CREATE TABLE files (content BLOB)");
        Blob blob = Blob.from(Flux.range(0, 100).map(i -> ByteBuffer.wrap(new byte[1000])));
        assertThat(Sql.update(connection, "INSERT INTO files VALUES (?)", blob).block(Sql.LIMIT))
                .isOne();
        assertThat(Sql.number(connection, "SELECT length(content) FROM files")).isEqualTo(100_000);
        StepVerifier.create(Sql.update(
                        connection,
                        "INSERT INTO files VALUES (?)",
                        Blob.from(Flux.error(new IllegalStateException("mine")))))
                .expectErrorMessage("mine")
                .verify(Sql.LIMIT);
    }
}
