package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.error.MappingException;
import io.headrace.core.error.ParameterException;
import io.headrace.core.json.Json;
import io.headrace.core.json.JsonCodec;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Binary results hold jsonb with a byte before it, which the driver's String shows. */
@PostgresTest
class JsonColumnsTest {

    record Point(int x, int y) {}

    record Document(Point point, List<Point> points, Map<String, List<Integer>> numbers, String text, Object any) {}

    record Annotated(@JsonColumn Point point, @JsonColumn List<String> tags, @JsonColumn String text) {}

    record Maybe(@Nullable Point point, Optional<List<Integer>> numbers) {}

    private final TestPostgres postgres;

    JsonColumnsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    private Database db(boolean binary) {
        return Database.on(ConnectionFactories.get(postgres.url() + "?forceBinary=" + binary));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void jsonIsReadAsTheComponentsWholeTypeAndAStringIsItsText(boolean binary) {
        for (String type : List.of("json", "jsonb")) {
            String sql =
                    """
                    SELECT '{"x": 1, "y": 2}'::TYPE AS point, '[{"x": 3, "y": 4}]'::TYPE AS points,
                           '{"a": [1, 2]}'::TYPE AS numbers, '{"b": 3}'::TYPE AS text, '[true]'::TYPE AS any
                    WHERE :always
                    """
                            .replace("TYPE", type);

            db(binary)
                    .sql(sql)
                    .bind("always", true)
                    .as(Document.class)
                    .one()
                    .as(StepVerifier::create)
                    .expectNext(new Document(
                            new Point(1, 2),
                            List.of(new Point(3, 4)),
                            Map.of("a", List.of(1, 2)),
                            "{\"b\": 3}",
                            List.of(true)))
                    .verifyComplete();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAsMapsHoldItsText(boolean binary) {
        db(binary)
                .sql("SELECT '{\"x\": 1}'::jsonb AS point WHERE :always")
                .bind("always", true)
                .as(Map.class)
                .one()
                .as(StepVerifier::create)
                .assertNext(row -> assertThat((Map<?, ?>) row).isEqualTo(Map.of("point", "{\"x\": 1}")))
                .verifyComplete();
    }

    @Test
    void anAnnotatedComponentIsJsonInATextColumnTooAndIsBoundAsJson() {
        Annotated written = new Annotated(new Point(1, 2), List.of("a"), "[3]");
        postgres.execute("CREATE TABLE annotated (point jsonb, tags text, text jsonb)");

        db(true).sql("INSERT INTO annotated VALUES (:point, :tags::text, :text)")
                .bindAll(written)
                .update()
                .then(db(true).sql("SELECT * FROM annotated WHERE :always")
                        .bind("always", true)
                        .as(Annotated.class)
                        .one())
                .as(StepVerifier::create)
                .expectNext(written)
                .verifyComplete();
    }

    @Test
    void aRecordAMapAndAnythingWrappedIsBoundAsJsonWithoutACast() {
        postgres.execute("CREATE TABLE documents (id int, binary_json jsonb, text_json json)");
        Database db = db(true);

        for (Object value : List.of(
                new Point(1, 2),
                Map.of("x", 1, "y", 2),
                Json.of(new Point(1, 2)),
                Json.ofText("{\"x\": 1, \"y\": 2}"))) {
            db.sql("INSERT INTO documents VALUES (1, :value, :value)")
                    .bind("value", value)
                    .update()
                    .as(StepVerifier::create)
                    .expectNext(1L)
                    .verifyComplete();
        }
        db.sql("INSERT INTO documents VALUES (2, :value, :value)")
                .bind("value", Json.of(List.of("a", "b")))
                .update()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        assertThat(postgres.queryLong("SELECT count(*) FROM documents WHERE binary_json = '{\"x\": 1, \"y\": 2}'"
                        + " AND (text_json ->> 'y') = '2'"))
                .isEqualTo(4);
        assertThat(postgres.queryString("SELECT binary_json::text FROM documents WHERE id = 2"))
                .isEqualTo("[\"a\", \"b\"]");
    }

    @Test
    void nullIsNullBothWays() {
        db(true).sql("SELECT :point AS point, :numbers AS numbers")
                .bindNull("point", Point.class)
                .bindNull("numbers", Json.class)
                .as(Maybe.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(new Maybe(null, Optional.empty()))
                .verifyComplete();
    }

    @Test
    void aDocumentOfAnotherFormIsAnErrorThatNamesColumnAndComponentButNotTheValue() {
        db(true).sql("SELECT '{\"x\": \"secret\"}'::jsonb AS point, NULL AS numbers")
                .as(Maybe.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("row 1", "column 'point' of type JSONB", "Maybe.point")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void aCodecOfTheProgramsOwnIsUsedBothWaysAndItsRefusalNamesTheParameter() {
        JsonCodec codec = new JsonCodec() {
            @Override
            public String write(Object value) {
                throw new IllegalArgumentException("no " + value);
            }

            @Override
            public Object read(String json, Type type) {
                return new Point(json.length(), 0);
            }
        };
        Database db = Database.on(
                postgres.connectionFactory(), DatabaseConfig.defaults().withJson(codec));

        db.sql("SELECT '[1]'::json AS point, NULL AS numbers")
                .as(Maybe.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(new Maybe(new Point(3, 0), Optional.empty()))
                .verifyComplete();
        assertThatThrownBy(() -> db.sql("SELECT :point").bind("point", new Point(4711, 0)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("parameter :point")
                .hasMessageNotContaining("4711");
    }
}
