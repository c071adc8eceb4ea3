package io.headrace.redis;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Makes a Micrometer Observation of every command, and so metrics and spans. Its parent is the observation in the subscriber's
 * Reactor context, or else the current one of the thread. Needs micrometer-observation on the class path.
 *
 * <p>The observation is called {@code headrace.redis.command}, the span by the command. Keys, all of low cardinality and always
 * there: {@code db.system.name} ({@code redis}), {@code db.operation.name} (the command), {@code headrace.outcome}
 * (answered, failed or cancelled), {@code error.type} (the code of the server's error, the simple name of the exception, or
 * {@code none}). Keys and values of the server are not among them.
 */
public final class MicrometerRedisListener implements RedisListener {

    /** {@code ObservationThreadLocalAccessor.KEY}, which cannot be named where context-propagation is not there. */
    private static final String CONTEXT_KEY = "micrometer.observation";

    private static final String NAME = "headrace.redis.command";

    private final ObservationRegistry registry;

    private MicrometerRedisListener(ObservationRegistry registry) {
        this.registry = registry;
    }

    /**
     * A listener that makes observations of a registry.
     *
     * @param registry where they are made
     * @return the listener
     */
    public static MicrometerRedisListener on(ObservationRegistry registry) {
        return new MicrometerRedisListener(registry);
    }

    @Override
    public @Nullable Observer commandStarted(String command, @Nullable String key, ContextView context) {
        if (registry.isNoop()) {
            return null;
        }
        Observation observation = Observation.createNotStarted(
                        NAME, () -> new SenderContext<>((carrier, name, value) -> {}, Kind.CLIENT), registry)
                .contextualName(command)
                .lowCardinalityKeyValue("db.system.name", "redis")
                .lowCardinalityKeyValue("db.operation.name", command);
        Observation parent = context.getOrDefault(CONTEXT_KEY, null);
        if (parent != null) {
            observation.parentObservation(parent);
        }
        Observation started = observation.start();
        return end -> {
            started.lowCardinalityKeyValue(
                            "headrace.outcome", end.outcome().name().toLowerCase(Locale.ROOT))
                    .lowCardinalityKeyValue(
                            "error.type",
                            end.error().map(MicrometerRedisListener::errorType).orElse("none"));
            end.error().ifPresent(started::error);
            started.stop();
        };
    }

    private static String errorType(Throwable error) {
        return error instanceof RedisReplyException reply
                ? reply.code()
                : error.getClass().getSimpleName();
    }
}
