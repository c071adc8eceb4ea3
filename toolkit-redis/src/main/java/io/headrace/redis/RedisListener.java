package io.headrace.redis;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Hears of every command and connection of a toolkit; set by {@link RedisConfig.Builder#listener}. Without one, commands
 * carry no operator and no allocation for it. Methods must not block; what they throw is logged and ignored. Blocking reads
 * of job queues are not told, only what becomes of the jobs.
 */
public interface RedisListener {

    /** What follows one command. */
    @FunctionalInterface
    interface Observer {

        /**
         * The command is over for its caller; called once, on the thread of the signal.
         *
         * @param end how it ended
         */
        void ended(RedisCommandEnd end);
    }

    /**
     * A command has been subscribed.
     *
     * @param command its name in capitals, for example {@code GET}
     * @param key its key, or null where it has none
     * @param context of the subscriber
     * @return who is to hear of its end, or null for nobody
     */
    default @Nullable Observer commandStarted(String command, @Nullable String key, ContextView context) {
        return null;
    }

    /**
     * A connection was opened, was lost, or could not be had.
     *
     * @param event what happened
     */
    default void connectionChanged(RedisConnectionEvent event) {}
}
