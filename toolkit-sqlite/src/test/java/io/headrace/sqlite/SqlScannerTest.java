package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Statements are cut, and parameters counted, where SQLite would. */
@Timeout(60)
class SqlScannerTest {

    private static final SqliteConnectionFactory connections = SqliteConnectionFactory.inMemory();
    private static SqliteConnection connection;

    @BeforeAll
    static void open() {
        connection = Sql.open(connections);
    }

    @AfterAll
    static void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    private static List<String> texts(String sql) {
        return SqlScanner.scan(sql).pieces().stream().map(SqlPiece::text).toList();
    }

    @Test
    void semicolonsCutOnlyWhereTheyAreSemicolons() {
        assertThat(texts(";; SELECT 1;SELECT ';', \";\", `;`, [;] -- ;\n ; /* ; */ SELECT 'it''s;' ; -- end"))
                .containsExactly("SELECT 1", "SELECT ';', \";\", `;`, [;]", "SELECT 'it''s;'");
        assertThat(texts(" -- nothing\n ; /* at all */ ")).isEmpty();
        assertThat(texts("SELECT 'unclosed ; ")).hasSize(1);
    }

    @Test
    void aTriggerIsOneStatement() {
        String trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END;"
                + " SELECT 'END;' ; -- END;\n END";
        assertThat(texts(trigger + "; SELECT 1")).containsExactly(trigger, "SELECT 1");
        assertThat(texts("EXPLAIN " + trigger + "; SELECT 1")).hasSize(2);
        assertThat(texts("CREATE TABLE trigger_log (a); SELECT 1")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 | QUERY",
                "/* c */ values (1) | QUERY",
                "WITH a AS (SELECT 1), b(x) AS MATERIALIZED (SELECT 2) SELECT * FROM a, b | QUERY",
                "WITH RECURSIVE a(n) AS (DELETE) INSERT INTO t SELECT n FROM a | CHANGE",
                "WITH \"values\" AS (SELECT 1) DELETE FROM t | CHANGE",
                "WITH replace AS (SELECT 1) SELECT 1 | QUERY",
                "explain query plan DELETE FROM t | QUERY",
                "REPLACE INTO t VALUES (1) | CHANGE",
                "CREATE TABLE t (a) | SCHEMA",
                "drop table t | SCHEMA",
                "PRAGMA user_version | OTHER",
                "BEGIN IMMEDIATE | BEGIN",
                "END TRANSACTION | COMMIT",
                "ROLLBACK | ROLLBACK",
                "ROLLBACK TRANSACTION TO SAVEPOINT s | ROLLBACK_TO",
                "rollback to s | ROLLBACK_TO",
                "RELEASE s | RELEASE",
            })
    void theKindOfAStatementIsFound(String sql, StatementKind kind) {
        assertThat(SqlScanner.scan(sql).pieces())
                .singleElement()
                .extracting(SqlPiece::kind)
                .isEqualTo(kind);
    }

    /** Bound each to its own number, so that a value in a wrong place would show. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT ?, ?, ? | 1 2 3",
                "SELECT ?2, ?, ?1 | 2 3 1",
                "SELECT ?1, ?1, ?7, ? | 1 1 7 8",
                "SELECT :a, :a, @a, $a, :a | 1 1 2 3 1",
                "SELECT :a::b, $c(x), ?, $c(x) | 1 2 3 2",
                "SELECT ?3 /* ? */, :yes, ? | 3 4 5",
                "SELECT ? + 0, length(':no?'), ? | 1 4 2",
            })
    void parametersAreCountedAsSqliteCountsThem(String text, String expected) {
        SqlText scanned = SqlScanner.scan(text);
        SqliteStatement statement = connection(text);
        for (int index = 0; index < scanned.parameterCount(); index++) {
            if (scanned.occurs(index)) {
                statement.bind(index, index + 1);
            }
        }
        assertThat(statement
                        .execute()
                        .concatMap(result -> result.map(SqlScannerTest::joined))
                        .blockLast(Sql.LIMIT))
                .isEqualTo(expected);
    }

    private static String joined(Row row, RowMetadata metadata) {
        return IntStream.range(0, metadata.getColumnMetadatas().size())
                .mapToObj(column -> row.get(column, String.class))
                .collect(Collectors.joining(" "));
    }

    private static SqliteStatement connection(String sql) {
        return (SqliteStatement) connection.createStatement(sql);
    }

    @Test
    void parametersHaveNamesWithAndWithoutTheirPrefix() {
        SqlText text = SqlScanner.scan("SELECT :a, @b, $c, ?9, ?");

        assertThat(text.indexOf(":a")).isZero();
        assertThat(text.indexOf("a")).isZero();
        assertThat(text.indexOf("@b")).isOne();
        assertThat(text.indexOf("c")).isEqualTo(2);
        assertThat(text.indexOf("?9")).isEqualTo(8);
        assertThat(text.indexOf("?10")).isEqualTo(9);
        assertThatThrownBy(() -> text.indexOf("z"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining(":a");
        assertThatThrownBy(() -> SqlScanner.scan("SELECT :a, @a").indexOf("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix");
    }

    @Test
    void parametersCountOnThroughSeveralStatements() {
        assertThat(connection
                        .createStatement("SELECT ?, :x; SELECT ?, :x")
                        .bind(0, 1)
                        .bind("x", 2)
                        .bind(2, 3)
                        .execute())
                .satisfies(results -> assertThat(Flux.from(results)
                                .concatMap(result ->
                                        result.map(row -> row.get(0, Integer.class) * 10 + row.get(1, Integer.class)))
                                .collectList()
                                .block(Sql.LIMIT))
                        .containsExactly(12, 32));
    }

    @Test
    void asManyParametersAsSqliteTakesAreBound() {
        int count = 30_000;
        String list = IntStream.range(0, count).mapToObj(i -> "?").collect(Collectors.joining(","));
        SqliteStatement statement = connection("SELECT count(*) FROM (VALUES (1), (2)) WHERE 29999 IN (" + list + ")");
        for (int index = 0; index < count; index++) {
            statement.bind(index, index);
        }
        assertThat(statement
                        .execute()
                        .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                        .blockLast(Sql.LIMIT))
                .isEqualTo(2);
    }
}
