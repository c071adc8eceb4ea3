package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.MappingException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class NestedRecordsTest {

    record Place(String city, @Nullable String country) {}

    record Address(String street, Place place) {}

    record Order(long id, Address address) {}

    record Shipment(long id, @Nullable Address address, Optional<Place> origin) {}

    record Prefixed(@Column("addr") Place where, @Column("") Place here) {}

    record Node(int id, @Nullable Node next) {}

    private final Database db;

    NestedRecordsTest(TestPostgres postgres) {
        this.db = Database.on(postgres.connectionFactory());
    }

    @Test
    void aRecordInsideIsReadFromTheColumnsThatBeginWithItsName() {
        one(
                        "SELECT 1 AS id, 'Elm' AS address_street, 'Bern' AS address_place_city, NULL::text AS address_place_country",
                        Order.class)
                .as(StepVerifier::create)
                .expectNext(new Order(1, new Address("Elm", new Place("Bern", null))))
                .verifyComplete();
    }

    @Test
    void oneThatMayBeAbsentIsAbsentWhenAllItsColumnsAreNull() {
        String absent =
                "SELECT 1 AS id, NULL AS address_street, NULL AS address_place_city, NULL AS address_place_country,"
                        + " NULL AS origin_city, NULL AS origin_country";

        one(absent, Shipment.class)
                .as(StepVerifier::create)
                .expectNext(new Shipment(1, null, Optional.empty()))
                .verifyComplete();
        one(absent.replace("NULL AS origin_city", "'Rome' AS origin_city"), Shipment.class)
                .as(StepVerifier::create)
                .expectNext(new Shipment(1, null, Optional.of(new Place("Rome", null))))
                .verifyComplete();
    }

    @Test
    void oneThatIsThereInPartIsAnErrorWithThePathOfWhatIsMissing() {
        one(
                        "SELECT 1 AS id, 'Elm' AS address_street, NULL AS address_place_city, NULL AS address_place_country,"
                                + " NULL AS origin_city, NULL AS origin_country",
                        Shipment.class)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll(
                                "row 1", "'address_place_city' is NULL", "Shipment.address.place.city"));
    }

    @Test
    void thePrefixIsTheColumnOfTheComponentAndNoneAtAllWhereThatIsEmpty() {
        one("SELECT 'Bern' AS addr_city, 'CH' AS addr_country, 'Rome' AS city, 'IT' AS country", Prefixed.class)
                .as(StepVerifier::create)
                .expectNext(new Prefixed(new Place("Bern", "CH"), new Place("Rome", "IT")))
                .verifyComplete();
    }

    @Test
    void aMissingColumnInsideIsNamedWithItsPrefixAndPath() {
        one("SELECT 1 AS id, 'Elm' AS address_street", Order.class)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll(
                                "no column 'address_place'", "begins with 'address_place_'", "Order.address.place"));
    }

    @Test
    void aRecordOfItsOwnKindEndsWhereTheColumnsEnd() {
        one("SELECT 1 AS id, 2 AS next_id, NULL::jsonb AS next_next", Node.class)
                .as(StepVerifier::create)
                .expectNext(new Node(1, new Node(2, null)))
                .verifyComplete();
    }

    @Test
    void aRecordInsideIsBoundByBothNames() {
        Order order = new Order(7, new Address("Elm", new Place("Bern", null)));

        db.sql("SELECT :id::int8 AS id, :address_street AS address_street, :addressPlaceCity AS address_place_city,"
                        + " :address_place_country AS address_place_country")
                .bindAll(order)
                .as(Order.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(order)
                .verifyComplete();
    }

    @Test
    void theComponentsOfAnAbsentRecordAreBoundAsNull() {
        db.sql("SELECT :address_street IS NULL AND :origin_city IS NULL")
                .bindAll(new Shipment(1, null, Optional.empty()))
                .as(Boolean.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void theSameTypeServesResultsOfSeveralShapes() {
        for (String sql : List.of(
                "SELECT 'Bern' AS city, 'CH' AS country",
                "SELECT 'CH' AS country, 'Bern' AS city",
                "SELECT 1 AS surplus, 'CH'::varchar AS \"Country\", 'Bern' AS \"CITY\"")) {
            one(sql, Place.class)
                    .as(StepVerifier::create)
                    .expectNext(new Place("Bern", "CH"))
                    .verifyComplete();
        }
    }

    private <T> Mono<T> one(String sql, Class<T> type) {
        return db.sql(sql).as(type).one();
    }
}
