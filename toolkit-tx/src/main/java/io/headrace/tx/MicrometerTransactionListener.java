package io.headrace.tx;

import io.headrace.core.error.SqlErrorKind;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Locale;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Makes a Micrometer Observation of every attempt at a transaction, and so metrics and spans. Its parent is the observation
 * in the subscriber's Reactor context, or else the current one of the thread; the statements inside find the transaction's
 * own in their context. Needs micrometer-observation on the class path.
 *
 * <p>The observation is called {@code headrace.transaction}, the span by the transaction's name. Keys of low cardinality, always
 * there: {@code db.system.name}, {@code headrace.transaction.name}, {@code headrace.outcome} ({@code committed},
 * {@code rolled_back}, {@code unknown}), {@code error.type} (the {@link SqlErrorKind}), {@code headrace.attempt}
 * ({@code first} or {@code retry}, so that the count of the latter is that of retries); {@code none} where there is nothing to
 * say. Of high cardinality: {@code headrace.attempt.number}, {@code code.location} where there is no name. Event: {@code begun},
 * when it has a connection. Ends when the connection has been given back.
 */
public final class MicrometerTransactionListener implements TransactionListener {

    /** {@code ObservationThreadLocalAccessor.KEY}, which cannot be named where context-propagation is not there. */
    private static final String CONTEXT_KEY = "micrometer.observation";

    private static final String NAME = "headrace.transaction";
    private static final String NOTHING = "none";

    private final ObservationRegistry registry;

    private MicrometerTransactionListener(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** A listener that makes observations of this registry. */
    public static MicrometerTransactionListener on(ObservationRegistry registry) {
        return new MicrometerTransactionListener(registry);
    }

    @Override
    public TransactionObserver started(TransactionStart start, ContextView context) {
        if (registry.isNoop()) {
            return TransactionObserver.NONE;
        }
        String name = start.name();
        String callSite = start.callSite();
        Observation observation = Observation.createNotStarted(NAME, registry)
                .contextualName(name == null ? "transaction" : name)
                .lowCardinalityKeyValue("db.system.name", systemName(start.database()))
                .lowCardinalityKeyValue("headrace.transaction.name", name == null ? NOTHING : name)
                .lowCardinalityKeyValue("headrace.attempt", start.attempt() == 1 ? "first" : "retry")
                .highCardinalityKeyValue("headrace.attempt.number", String.valueOf(start.attempt()));
        if (callSite != null) {
            observation.highCardinalityKeyValue("code.location", callSite);
        }
        Observation parent = context.getOrDefault(CONTEXT_KEY, null);
        if (parent != null) {
            observation.parentObservation(parent);
        }
        return new Observed(observation.start());
    }

    /** As OpenTelemetry registers the names. */
    private static String systemName(String database) {
        String name = database.toLowerCase(Locale.ROOT);
        return name.equals("h2") ? "h2database" : name;
    }

    private record Observed(Observation observation) implements TransactionObserver {

        @Override
        public Context contextWrite(Context context) {
            return context.put(CONTEXT_KEY, observation);
        }

        @Override
        public void begun(Duration wait) {
            observation.event(Observation.Event.of("begun"));
        }

        @Override
        public void ended(TransactionEnd end) {
            observation
                    .lowCardinalityKeyValue(
                            "headrace.outcome", end.outcome().name().toLowerCase(Locale.ROOT))
                    .lowCardinalityKeyValue(
                            "error.type",
                            end.errorKind()
                                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                    .orElse(NOTHING));
            Throwable error = end.error();
            if (error != null) {
                observation.error(error);
            }
            observation.stop();
        }
    }
}
