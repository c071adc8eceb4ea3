package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.observe.MicrometerStatementListener;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** One observation per attempt, with those of its statements under it. */
@PostgresTest
class MicrometerTransactionListenerTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final class Stopped implements ObservationHandler<Observation.Context> {

        final List<Observation.Context> contexts = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(Observation.Context context) {
            contexts.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final Stopped stopped = new Stopped();
    private final Database db;
    private final Transactions tx;

    MicrometerTransactionListenerTest(TestPostgres postgres) {
        registry.observationConfig().observationHandler(stopped);
        db = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults().withListener(MicrometerStatementListener.on(registry)));
        tx = Transactions.on(db).listening(MicrometerTransactionListener.on(registry));
    }

    private static Map<String, String> keys(Iterable<KeyValue> keyValues) {
        return StreamSupport.stream(keyValues.spliterator(), false)
                .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }

    private List<Observation.Context> transactions() {
        return stopped.contexts.stream()
                .filter(context -> "headrace.transaction".equals(context.getName()))
                .toList();
    }

    @Test
    void aTransactionIsTheParentOfItsStatements() {
        Observation request = Observation.start("request", registry);
        tx.with(o -> o.name("order.place"))
                .run(db.sql("SELECT 1").as(Integer.class).one())
                .contextWrite(context -> context.put("micrometer.observation", request))
                .block(LIMIT);

        assertThat(transactions()).hasSize(1);
        Observation.Context transaction = transactions().get(0);
        assertThat(transaction.getContextualName()).isEqualTo("order.place");
        assertThat(keys(transaction.getLowCardinalityKeyValues()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "db.system.name", "postgresql",
                        "headrace.transaction.name", "order.place",
                        "headrace.outcome", "committed",
                        "headrace.attempt", "first",
                        "error.type", "none"));
        assertThat(parentOf(transaction)).isEqualTo(request.getContext());
        Observation.Context statement = stopped.contexts.get(0);
        assertThat(statement.getName()).isEqualTo("headrace.statement");
        assertThat(parentOf(statement)).isEqualTo(transaction);
        request.stop();
    }

    private static Object parentOf(Observation.Context context) {
        return Objects.requireNonNull(context.getParentObservation()).getContextView();
    }

    @Test
    void retriesCanBeCounted() {
        StepVerifier.create(tx.with(o -> o.retry(3))
                        .run(db.sql("DO $$BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40P01'; END$$")
                                .run()))
                .expectError()
                .verify(LIMIT);

        assertThat(transactions())
                .extracting(
                        context -> keys(context.getLowCardinalityKeyValues()).get("headrace.attempt"))
                .containsExactly("first", "retry", "retry");
        assertThat(transactions()).allSatisfy(context -> {
            assertThat(keys(context.getLowCardinalityKeyValues()))
                    .containsEntry("error.type", "deadlock")
                    .containsEntry("headrace.outcome", "rolled_back");
            assertThat(context.getError()).isNotNull();
        });
    }
}
