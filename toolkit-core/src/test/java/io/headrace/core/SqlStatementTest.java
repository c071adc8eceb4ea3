package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.ParameterException;
import io.headrace.core.error.RowCountException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class SqlStatementTest {

    record Product(long id, String name, @Nullable String category) {}

    private final TestPostgres postgres;
    private final Database db;

    SqlStatementTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createProducts() {
        postgres.execute("DROP TABLE IF EXISTS products");
        postgres.execute("CREATE TABLE products (id int8 PRIMARY KEY, name text NOT NULL, category text)");
        postgres.execute("INSERT INTO products VALUES (1, 'nail', 'iron'), (2, 'board', NULL), (3, 'rope', 'hemp')");
    }

    @Test
    void oneEmitsTheOnlyRow() {
        db.sql("SELECT * FROM products WHERE id = :id")
                .bind("id", 2L)
                .as(Product.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(new Product(2, "board", null))
                .verifyComplete();
    }

    @Test
    void oneFailsWhereThereIsNoRow() {
        db.sql("SELECT * FROM products WHERE id = 9")
                .as(Product.class)
                .one()
                .as(StepVerifier::create)
                .verifyError(RowCountException.class);
    }

    @Test
    void optionalFailsWhereThereAreTwoRows() {
        db.sql("SELECT * FROM products")
                .as(Product.class)
                .optional()
                .as(StepVerifier::create)
                .verifyErrorMatches(error ->
                        error instanceof RowCountException && error.getMessage().contains("SELECT * FROM products"));
    }

    @Test
    void optionalIsEmptyWhereThereIsNoRow() {
        db.sql("SELECT * FROM products WHERE id = 9")
                .as(Product.class)
                .optional()
                .as(StepVerifier::create)
                .verifyComplete();
    }

    @Test
    void firstTakesAnyNumberOfRows() {
        db.sql("SELECT name FROM products ORDER BY id")
                .as(String.class)
                .first()
                .as(StepVerifier::create)
                .expectNext("nail")
                .verifyComplete();
    }

    @Test
    void updateEmitsTheNumberOfAffectedRows() {
        SqlStatement rename = db.sql("UPDATE products SET name = :name WHERE id <= :id");

        StepVerifier.create(rename.bind("name", "x").bind("id", 2L).update())
                .expectNext(2L)
                .verifyComplete();
        StepVerifier.create(rename.bind("name", "x").bind("id", 0L).update())
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void aStatementIsColdAndMayBeSubscribedAgain() {
        Mono<Long> insert = db.sql("INSERT INTO products VALUES ((SELECT max(id) + 1 FROM products), 'new')")
                .update();
        assertThat(postgres.queryLong("SELECT count(*) FROM products")).isEqualTo(3);

        StepVerifier.create(insert.then(insert)).expectNext(1L).verifyComplete();

        assertThat(postgres.queryLong("SELECT count(*) FROM products")).isEqualTo(5);
    }

    @Test
    void aRecordIsBoundByItsComponents() {
        db.sql("INSERT INTO products (id, name, category) VALUES (:id, :name, :category)")
                .bindAll(new Product(7, "wheel", null))
                .update()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        assertThat(postgres.queryLong("SELECT count(*) FROM products WHERE id = 7 AND category IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void aMapIsBoundByItsKeysAndRowsComeAsMaps() {
        db.sql("SELECT id, category FROM products WHERE id = :id AND name = :name")
                .bindAll(Map.of("id", 2, "name", "board"))
                .as(Map.class)
                .one()
                .as(StepVerifier::create)
                .assertNext(row -> assertThat((Map<?, ?>) row).hasToString("{id=2, category=null}"))
                .verifyComplete();
    }

    @Test
    void anArrayServesAsAList() {
        db.sql("SELECT name FROM products WHERE id = ANY(:ids) ORDER BY id")
                .bind("ids", new Long[] {1L, 3L})
                .as(String.class)
                .flux()
                .collectList()
                .as(StepVerifier::create)
                .expectNext(List.of("nail", "rope"))
                .verifyComplete();
    }

    @Test
    void anUnboundParameterIsAnErrorBeforeAnyConnectionIsOpened() {
        db.sql("SELECT * FROM products WHERE id = :id AND name = :name")
                .bind("id", 4711L)
                .as(Product.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ParameterException.class)
                        .hasMessageContaining(":name at position 50")
                        .hasMessageNotContaining("4711"));
    }

    @Test
    void anUnknownParameterIsRefusedWithTheOnesThereAre() {
        SqlStatement statement = db.sql("SELECT * FROM products WHERE id = :id");

        assertThatThrownBy(() -> statement.bind("ident", 1L))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("no parameter :ident")
                .hasMessageContaining("[id]");
    }

    @Test
    void aParameterBoundTwiceIsRefused() {
        SqlStatement statement = db.sql("SELECT * FROM products WHERE id = :id").bind("id", 1L);

        assertThatThrownBy(() -> statement.bind("id", 2L))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("bound twice");
    }

    @Test
    void anErrorOfTheDriverPassesThroughAndHasAKind() {
        db.sql("INSERT INTO products VALUES (1, 'again')")
                .update()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(R2dbcException.class);
                    assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION);
                    assertThat(SqlErrors.constraintOf(error)).contains("products_pkey");
                });
    }
}
