package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.SqlStatement;
import io.headrace.core.error.ParameterException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Statements and their parameters. */
abstract class StatementContract extends Contract {

    record Product(long id, String name, @Nullable BigDecimal price, Optional<String> category) {}

    StatementContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createProducts() {
        create(
                "products",
                "id bigint PRIMARY KEY, name varchar(50) NOT NULL, price decimal(10,2), category varchar(50)");
        database.execute(
                "INSERT INTO products VALUES (1, 'nail', 0.05, 'iron'), (2, 'board', 12.5, NULL), (3, 'rope', NULL, 'hemp')");
    }

    private Mono<Product> product(long id) {
        return db.sql("SELECT * FROM products WHERE id = :id")
                .bind("id", id)
                .as(Product.class)
                .one();
    }

    @Test
    void valuesAreBoundByName() {
        Product wheel = new Product(4, "it's a \\ \"wheel\"; :id ? $1", new BigDecimal("9.99"), Optional.of("wood"));
        db.sql("INSERT INTO products (id, name, price, category) VALUES (:id, :name, :price, :category)")
                .bind("category", "wood")
                .bind("price", wheel.price())
                .bind("id", 4L)
                .bind("name", wheel.name())
                .update()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        StepVerifier.create(product(4)).expectNext(wheel).verifyComplete();
    }

    @Test
    void nullIsBoundWithItsType() {
        db.sql("UPDATE products SET price = :price, category = :category WHERE id = :id")
                .bindNull("price", BigDecimal.class)
                .bindNull("category", String.class)
                .bind("id", 1L)
                .update()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        StepVerifier.create(product(1))
                .expectNext(new Product(1, "nail", null, Optional.empty()))
                .verifyComplete();
    }

    @Test
    void aRecordIsBoundByItsComponents() {
        Product wheel = new Product(5, "wheel", null, Optional.empty());
        db.sql("INSERT INTO products (id, name, price, category) VALUES (:id, :name, :price, :category)")
                .bindAll(wheel)
                .update()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        StepVerifier.create(product(5)).expectNext(wheel).verifyComplete();
    }

    @Test
    void aMapIsBoundByItsKeys() {
        db.sql("SELECT name FROM products WHERE id = :id AND category = :category")
                .bindAll(Map.of("id", 3L, "category", "hemp"))
                .as(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext("rope")
                .verifyComplete();
    }

    @Test
    void aNameThatOccursTwiceIsOneParameter() {
        db.sql(
                        "SELECT id FROM products WHERE name = :text OR category = :text OR (id = :id AND name <> :text) ORDER BY id")
                .bind("text", "iron")
                .bind("id", 3L)
                .as(Long.class)
                .flux()
                .as(StepVerifier::create)
                .expectNext(1L, 3L)
                .verifyComplete();
    }

    @Test
    void namesInLiteralsAndCommentsAreNoParameters() {
        db.sql("SELECT ':id' /* :id */ FROM products -- :id\n WHERE id = :id")
                .bind("id", 1L)
                .as(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(":id")
                .verifyComplete();
    }

    /** The driver of H2 would cut these texts in two. */
    @Test
    void aSemicolonThatIsQuotedEndsNothing() {
        db.sql("SELECT 'a;''b' /* ; */ FROM products -- ; DROP TABLE products\n WHERE id = :id AND name <> ';'")
                .bind("id", 1L)
                .as(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext("a;'b")
                .verifyComplete();
    }

    @Test
    void updateEmitsTheNumberOfMatchedRows() {
        SqlStatement rename =
                db.sql("UPDATE products SET name = :name WHERE id <= :id").bind("name", "x");

        StepVerifier.create(rename.bind("id", 2L).update()).expectNext(2L).verifyComplete();
        StepVerifier.create(rename.bind("id", 2L).update()).expectNext(2L).verifyComplete();
        StepVerifier.create(rename.bind("id", 0L).update()).expectNext(0L).verifyComplete();
    }

    @Test
    void aStatementIsColdAndMayBeSubscribedAgain() {
        Mono<Long> delete =
                db.sql("DELETE FROM products WHERE id = :id").bind("id", 1L).update();
        assertThat(database.queryLong("SELECT count(*) FROM products")).isEqualTo(3);

        StepVerifier.create(delete.concatWith(delete)).expectNext(1L, 0L).verifyComplete();
    }

    @Test
    void runIsForDefinitions() {
        StepVerifier.create(db.sql("CREATE TABLE made (id bigint)").run()).verifyComplete();
        assertThat(database.queryLong("SELECT count(*) FROM made")).isZero();
        StepVerifier.create(db.sql("DROP TABLE made").run()).verifyComplete();
    }

    @Test
    void anUnboundParameterIsAnErrorBeforeAnyConnectionIsOpened() {
        db.sql("SELECT * FROM nowhere WHERE id = :id AND name = :name")
                .bind("id", 4711L)
                .as(Product.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ParameterException.class)
                        .hasMessageContaining(":name at position 49")
                        .hasMessageNotContaining("4711"));
    }

    @Test
    void anUnknownOrRepeatedParameterIsRefusedAtOnce() {
        SqlStatement statement = db.sql("SELECT * FROM products WHERE id = :id").bind("id", 1L);

        assertThatThrownBy(() -> statement.bind("id", 2L)).isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> statement.bind("ident", 2L)).isInstanceOf(ParameterException.class);
    }
}
