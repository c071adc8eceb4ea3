package io.headrace.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** One observation per statement, with OpenTelemetry's names, under the subscriber's own. */
@PostgresTest
class MicrometerStatementListenerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    record Item(int id) {}

    /** Remembers what was started, told and stopped. */
    private static final class Stopped implements ObservationHandler<Observation.Context> {

        final List<Observation.Context> contexts = new CopyOnWriteArrayList<>();
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(Observation.Event event, Observation.Context context) {
            events.add(event.getName());
        }

        @Override
        public void onStop(Observation.Context context) {
            contexts.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    private final TestPostgres postgres;
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final Stopped stopped = new Stopped();
    private final Database db;

    MicrometerStatementListenerTest(TestPostgres postgres) {
        this.postgres = postgres;
        registry.observationConfig().observationHandler(stopped);
        this.db = database(MicrometerStatementListener.on(registry));
    }

    private Database database(StatementListener listener) {
        return Database.on(
                postgres.connectionFactory(), DatabaseConfig.defaults().withListener(listener));
    }

    private Observation.Context only() {
        assertThat(stopped.contexts).hasSize(1);
        return stopped.contexts.get(0);
    }

    private static Map<String, String> keys(Iterable<KeyValue> keyValues) {
        return StreamSupport.stream(keyValues.spliterator(), false)
                .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }

    @Test
    void aStatementIsAnObservationWithKeysOfLowCardinality() {
        db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .named("numbers.all")
                .bind("rows", 300)
                .as(Integer.class)
                .flux()
                .blockLast(LIMIT);

        assertThat(only().getName()).isEqualTo("headrace.statement");
        assertThat(only().getContextualName()).isEqualTo("numbers.all");
        assertThat(keys(only().getLowCardinalityKeyValues()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "db.system.name", "postgresql",
                        "db.operation.name", "SELECT",
                        "db.query.summary", "numbers.all",
                        "error.type", "none",
                        "headrace.outcome", "completed"));
        assertThat(keys(only().getHighCardinalityKeyValues()))
                .containsExactlyInAnyOrderEntriesOf(Map.of("db.response.returned_rows", "300"));
        assertThat(stopped.events).containsExactly("sent", "first-row");
    }

    @Test
    void theTextIsThereOnlyIfAskedForAndWithoutValues() {
        database(MicrometerStatementListener.on(registry).withQueryText())
                .sql("SELECT :value::int4")
                .bind("value", 4711)
                .as(Integer.class)
                .one()
                .block(LIMIT);

        assertThat(keys(only().getHighCardinalityKeyValues())).containsEntry("db.query.text", "SELECT :value::int4");
        assertThat(only().toString()).doesNotContain("4711");
    }

    @Test
    void anErrorHasItsKindAndItself() {
        db.sql("SELECT * FROM nowhere")
                .as(Map.class)
                .flux()
                .as(StepVerifier::create)
                .verifyError();

        assertThat(only().getError()).isNotNull();
        assertThat(keys(only().getLowCardinalityKeyValues()))
                .containsEntry("error.type", "syntax")
                .containsEntry("headrace.outcome", "failed")
                .containsEntry("db.query.summary", "none");
    }

    @Test
    void aCancelledStatementIsStoppedToo() {
        db.sql("SELECT n FROM generate_series(1, 10000) AS n")
                .as(Integer.class)
                .flux()
                .take(3)
                .blockLast(LIMIT);

        assertThat(keys(only().getLowCardinalityKeyValues())).containsEntry("headrace.outcome", "cancelled");
    }

    @Test
    void itsParentIsTheObservationOfTheSubscribersContext() {
        Observation parent = Observation.start("parent", registry);

        db.sql("SELECT 1")
                .as(Integer.class)
                .one()
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, parent))
                .block(LIMIT);

        assertThat(only().getParentObservation()).isSameAs(parent);
        parent.stop();
    }

    @Test
    void aSourceOfRowsSeesTheObservationOfItsBulk() {
        AtomicReference<Object> seen = new AtomicReference<>();
        postgres.execute("CREATE TABLE IF NOT EXISTS micrometer_items (id int4)");
        Flux<Item> rows = Flux.deferContextual(context -> {
            seen.set(context.get(ObservationThreadLocalAccessor.KEY));
            return Flux.just(new Item(1));
        });

        db.bulk("micrometer_items", Item.class).insert(rows).block(LIMIT);

        assertThat(((Observation) seen.get()).getContext()).isSameAs(only());
        assertThat(keys(only().getLowCardinalityKeyValues())).containsEntry("db.operation.name", "COPY");
        assertThat(keys(only().getHighCardinalityKeyValues())).containsEntry("headrace.rows", "1");
    }
}
