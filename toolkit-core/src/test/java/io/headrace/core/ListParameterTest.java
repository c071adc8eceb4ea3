package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.ParameterException;
import io.headrace.core.json.JsonCodec;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@PostgresTest
class ListParameterTest {

    private final Database db;

    ListParameterTest(TestPostgres postgres) {
        this.db = Database.on(postgres.connectionFactory());
        postgres.execute(
                "CREATE TABLE IF NOT EXISTS n AS SELECT i::int8 AS id, 'n' || i AS name FROM generate_series(1, 9) i");
    }

    private List<Long> ids(String condition, Object list) {
        return db.sql("SELECT id FROM n WHERE " + condition + " ORDER BY id")
                .bind("ids", list)
                .as(Long.class)
                .flux()
                .collectList()
                .block();
    }

    @Test
    void aListInBracketsMatchesItsValues() {
        assertThat(ids("id IN (:ids)", List.of(2L, 4L, 11L))).containsExactly(2L, 4L);
        assertThat(ids("id IN (:ids)", Set.of(3))).containsExactly(3L);
        assertThat(ids("id in ( :ids )", new Long[] {1L, 9L})).containsExactly(1L, 9L);
        assertThat(ids("name IN /* these */ (:ids)", List.of("n5"))).containsExactly(5L);
    }

    @Test
    void aNegatedListMatchesTheRest() {
        assertThat(ids("id NOT IN (:ids)", List.of(1L, 2L, 3L, 4L, 5L, 6L))).containsExactly(7L, 8L, 9L);
        assertThat(ids("NOT id IN (:ids)", List.of(1L, 2L, 3L, 4L, 5L, 6L))).containsExactly(7L, 8L, 9L);
    }

    @Test
    void anEmptyListMatchesNothingAndItsNegationEverything() {
        assertThat(ids("id IN (:ids)", List.of())).isEmpty();
        assertThat(ids("id NOT IN (:ids)", List.of())).hasSize(9);
        assertThat(ids("name IN (:ids) OR id = 2", List.of())).containsExactly(2L);
    }

    @Test
    void aNullInAListIsLikeNullInSql() {
        assertThat(ids("id IN (:ids)", Arrays.asList(1L, null))).containsExactly(1L);
        assertThat(ids("id NOT IN (:ids)", Arrays.asList(1L, null))).isEmpty();
    }

    @Test
    void aSingleValueMayStandWhereAListMay() {
        assertThat(ids("id IN (:ids)", 3L)).containsExactly(3L);
        assertThat(ids("id NOT IN (:ids)", 3L)).hasSize(8).doesNotContain(3L);
    }

    @Test
    void aListIsAnArrayElsewhere() {
        assertThat(ids("id = ANY (:ids)", List.of(2L, 3L))).containsExactly(2L, 3L);
        assertThat(ids("id IN (:ids) AND cardinality(:ids) = 2", List.of(2L, 3L)))
                .containsExactly(2L, 3L);
    }

    @Test
    void listsOfAllLengthsAreOneStatement() {
        SqlStatement find = db.sql("SELECT id FROM n WHERE id IN (:ids)");
        SqlStatement prepared =
                db.sql("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT id FROM n%'");

        Flux<Long> onOneConnection = TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .flux(session -> Flux.range(1, 50)
                        .concatMap(n -> find.bind("ids", Collections.nCopies(n, 1L))
                                .as(Long.class)
                                .one())
                        .thenMany(prepared.as(Long.class).flux()));

        StepVerifier.create(onOneConnection).expectNext(1L).verifyComplete();
    }

    @Test
    void aMapWithANullIsRefusedByName() {
        Map<String, Object> values = new HashMap<>();
        values.put("ids", null);

        assertThatThrownBy(() -> db.sql("SELECT id FROM n WHERE id IN (:ids)").bindAll(values))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(":ids")
                .hasMessageContaining("bindNull");
    }

    @Test
    void withoutArraysAListIsWrittenOutAndPadded() {
        Database h2 = Database.on(ConnectionFactories.get("r2dbc:h2:mem:///lists"));
        RenderedSql sql = RenderedSql.of(
                "SELECT 1 WHERE a IN (:ids) AND b = :b", h2.sessions().dialect());

        assertThat(rendered(sql, List.of(1, 2, 3))).isEqualTo("SELECT 1 WHERE a IN ($1, $2, $3, $4) AND b = $5");
        assertThat(rendered(sql, List.of(1))).isEqualTo("SELECT 1 WHERE a IN ($1) AND b = $2");
        assertThat(rendered(sql, List.of()))
                .isEqualTo("SELECT 1 WHERE a IN (SELECT NULL FROM dual WHERE FALSE) AND b = $1");
        assertThat(rendered(sql, IntStream.range(0, 1_000).boxed().toList()))
                .contains("$1024")
                .doesNotContain("$1026");
    }

    @Test
    void withoutArraysAListElsewhereOrTooLongIsRefused() {
        Database h2 = Database.on(ConnectionFactories.get("r2dbc:h2:mem:///lists"));

        assertThatThrownBy(
                        () -> h2.sql("SELECT 1 WHERE a IN (:ids) AND b = :ids").bind("ids", List.of(1)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("b = >>>:ids");
        assertThatThrownBy(() -> h2.sql("SELECT 1 WHERE a IN (:ids)").bind("ids", Collections.nCopies(200_000, 1)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("200000 values");
    }

    private static String rendered(RenderedSql sql, List<?> list) {
        ParameterValues values = ParameterValues.of(sql.dialect(), JsonCodec.onClassPath(), Converters.none());
        return Bindings.none(values)
                .with(sql, "ids", list, List.class)
                .variant(sql)
                .text();
    }
}
