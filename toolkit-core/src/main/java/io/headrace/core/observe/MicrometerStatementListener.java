package io.headrace.core.observe;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Makes a Micrometer Observation of every statement, and so metrics and spans. Its parent is the observation in the
 * subscriber's Reactor context, or else the current one of the thread; what lies upstream of the statement, such as a
 * source of rows, finds the statement's own observation in its context. Needs micrometer-observation on the class path.
 *
 * <p>The observation is called {@code headrace.statement}, the span by the statement's name or operation. Keys follow
 * OpenTelemetry's conventions for databases. Of low cardinality, and always there: {@code db.system.name},
 * {@code db.operation.name}, {@code db.query.summary} (the statement's name), {@code error.type} (the
 * {@link io.headrace.core.error.SqlErrorKind}), {@code headrace.outcome}; {@code none} where there is nothing to say. Of high
 * cardinality: {@code db.response.returned_rows} or {@code headrace.rows}, and {@code db.query.text} if asked for. Events:
 * {@code sent} and {@code first-row}. Ends with the statement for its subscriber, also on cancel.
 */
public final class MicrometerStatementListener implements StatementListener {

    /** {@code ObservationThreadLocalAccessor.KEY}, which cannot be named where context-propagation is not there. */
    private static final String CONTEXT_KEY = "micrometer.observation";

    private static final String NAME = "headrace.statement";
    private static final String NOTHING = "none";

    private final ObservationRegistry registry;
    private final boolean queryText;

    private MicrometerStatementListener(ObservationRegistry registry, boolean queryText) {
        this.registry = registry;
        this.queryText = queryText;
    }

    /** A listener that makes observations of this registry, without the text of statements. */
    public static MicrometerStatementListener on(ObservationRegistry registry) {
        return new MicrometerStatementListener(registry, false);
    }

    /** The same with the text as {@code db.query.text}: as it was written, with parameters' names and no bound values. */
    public MicrometerStatementListener withQueryText() {
        return new MicrometerStatementListener(registry, true);
    }

    @Override
    public StatementObserver started(StatementStart start, ContextView context) {
        if (registry.isNoop()) {
            return StatementObserver.NONE;
        }
        StatementLabel label = start.label();
        String name = label.name();
        Observation observation = Observation.createNotStarted(
                        NAME, () -> new SenderContext<>((carrier, key, value) -> {}, Kind.CLIENT), registry)
                .contextualName(name == null ? label.operation() : name)
                .lowCardinalityKeyValue("db.system.name", systemName(start.database()))
                .lowCardinalityKeyValue("db.operation.name", label.operation())
                .lowCardinalityKeyValue("db.query.summary", name == null ? NOTHING : name);
        if (queryText) {
            observation.highCardinalityKeyValue("db.query.text", label.text());
        }
        Observation parent = context.getOrDefault(CONTEXT_KEY, null);
        if (parent != null) {
            observation.parentObservation(parent);
        }
        return new Observed(start.kind(), observation.start());
    }

    /** As OpenTelemetry registers the names. */
    private static String systemName(String database) {
        String name = database.toLowerCase(Locale.ROOT);
        return name.equals("h2") ? "h2database" : name;
    }

    private record Observed(StatementKind kind, Observation observation) implements StatementObserver {

        @Override
        public Context contextWrite(Context context) {
            return context.put(CONTEXT_KEY, observation);
        }

        @Override
        public void sent(Duration wait) {
            observation.event(Observation.Event.of("sent"));
        }

        @Override
        public void firstRow(Duration sinceSubscription) {
            observation.event(Observation.Event.of("first-row"));
        }

        @Override
        public void ended(StatementEnd end) {
            Throwable error = end.error();
            observation
                    .lowCardinalityKeyValue(
                            KeyValue.of("headrace.outcome", end.outcome().name().toLowerCase(Locale.ROOT)))
                    .lowCardinalityKeyValue("error.type", errorType(end, error))
                    .highCardinalityKeyValue(
                            kind == StatementKind.ROWS ? "db.response.returned_rows" : "headrace.rows",
                            String.valueOf(end.rows()));
            if (error != null) {
                observation.error(error);
            }
            observation.stop();
        }

        private static String errorType(StatementEnd end, @Nullable Throwable error) {
            return error == null
                    ? NOTHING
                    : end.errorKind().orElseThrow().name().toLowerCase(Locale.ROOT);
        }
    }
}
