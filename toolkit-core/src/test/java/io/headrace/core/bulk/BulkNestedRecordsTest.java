package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.error.BulkException;
import io.headrace.core.mapping.Column;
import io.headrace.core.mapping.Converter;
import io.headrace.core.mapping.JsonColumn;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Records inside records and types of the program's own, written and read back. */
@PostgresTest
class BulkNestedRecordsTest {

    record Money(long cents) {}

    record Place(String city, @Nullable String country) {}

    record Address(String street, Place place) {}

    record Order(
            long id,
            Address address,
            Optional<Place> origin,
            @Column("") Place here,
            @JsonColumn Place document,
            @Nullable Money price) {}

    private static final String TABLE = "orders (id bigint, address_street text, address_place_city text,"
            + " address_place_country text, origin_city text, origin_country text, city text, country text, document %s,"
            + " price text)";

    private static final Order FULL = new Order(
            1,
            new Address("Elm", new Place("Bern", null)),
            Optional.of(new Place("Rome", "IT")),
            new Place("Oslo", "NO"),
            new Place("Kyiv", "UA"),
            new Money(1_250));

    private static final Order BARE = new Order(
            2,
            new Address("Oak", new Place("Ghent", "BE")),
            Optional.empty(),
            new Place("Lima", null),
            new Place("Cork", null),
            null);

    private static final Converter<Money, String> MONEY = new Converter<>() {
        @Override
        public Class<String> columnType() {
            return String.class;
        }

        @Override
        public Money read(String value) {
            return new Money(Long.parseLong(value.substring(1)));
        }

        @Override
        public String write(Money value) {
            return "c" + value.cents();
        }
    };

    private static final DatabaseConfig CONFIG = DatabaseConfig.defaults().withConverter(Money.class, MONEY);

    private final TestPostgres postgres;

    BulkNestedRecordsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    private static Mono<List<Order>> roundTrip(Database db) {
        return db.bulk("orders", Order.class)
                .insert(Flux.just(FULL, BARE))
                .then(db.sql("SELECT * FROM orders ORDER BY id")
                        .as(Order.class)
                        .flux()
                        .collectList());
    }

    @Test
    void theyGoByCopyAndComeBack() {
        postgres.execute("CREATE TABLE " + TABLE.formatted("jsonb"));
        Database db = Database.on(postgres.connectionFactory(), CONFIG);

        StepVerifier.create(roundTrip(db)).expectNext(List.of(FULL, BARE)).verifyComplete();
        assertThat(postgres.queryString("SELECT price || (document->>'city') FROM orders WHERE id = 1"))
                .isEqualTo("c1250Kyiv");

        db.bulk("orders", Order.class)
                .insertReturning(Flux.just(FULL), String.class, "address_place_city")
                .as(StepVerifier::create)
                .expectNext("Bern")
                .verifyComplete();
    }

    @Test
    void theyGoByValuesAndComeBack() {
        Database db = Database.on(ConnectionFactories.get("r2dbc:h2:mem:///nested?DB_CLOSE_DELAY=-1"), CONFIG);

        db.sql("CREATE TABLE " + TABLE.formatted("varchar(100)"))
                .run()
                .then(roundTrip(db))
                .subscribeOn(Schedulers.boundedElastic())
                .as(StepVerifier::create)
                .expectNext(List.of(FULL, BARE))
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void aMissingColumnIsNamedWithThePathToItsComponent() {
        postgres.execute("CREATE TABLE places (id bigint, address_street text)");

        record Stop(long id, Address address) {}

        Database.on(postgres.connectionFactory())
                .bulk("places", Stop.class)
                .insert(Flux.empty())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContaining("no column 'address_place_city'")
                        .hasMessageContaining("Stop.address.place.city"));
    }
}
