package io.headrace.redis;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Opens connections to one address, each within a time limit that covers the handshake too. */
final class LinkOpener {

    /** Above our own bound, so that the queue inside the client can never be the one that overflows. */
    private static final int HEADROOM = 64;

    private final Vertx vertx;
    private final RedisAddress address;
    private final Timing timing;
    private final Failures failures;
    private final int maxInFlight;

    LinkOpener(Vertx vertx, RedisAddress address, Timing timing, Failures failures, int maxInFlight) {
        this.vertx = vertx;
        this.address = address;
        this.timing = timing;
        this.failures = failures;
        this.maxInFlight = maxInFlight;
    }

    /** To be called on the event loop that the connection shall use. */
    CompletionStage<Link> open(Duration timeout) {
        Redis client = Redis.createClient(vertx, options(timeout));
        CompletableFuture<Link> result = new CompletableFuture<>();
        Disposable timer = timing.after(
                timeout,
                () -> fail(client, result, new ConnectFailure("no answer within " + Wording.duration(timeout))));
        client.connect().onComplete((connection, error) -> {
            timer.dispose();
            if (error != null) {
                fail(client, result, error);
            } else if (!result.complete(new Link(client, connection, timing, failures))) {
                client.close().onFailure(ignored -> {});
            }
        });
        return result;
    }

    private static void fail(Redis client, CompletableFuture<Link> result, Throwable error) {
        // closing the client also closes the socket that a failed handshake leaves behind
        client.close().onFailure(ignored -> {});
        result.completeExceptionally(error);
    }

    private RedisOptions options(Duration timeout) {
        RedisOptions options = new RedisOptions()
                .setConnectionString(address.connectionString())
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setMaxWaitingHandlers(maxInFlight + HEADROOM)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout(Math.toIntExact(Math.min(Integer.MAX_VALUE, timeout.toMillis())))
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true));
        login(options, address.user(), address.password());
        return options;
    }

    private static void login(RedisOptions options, @Nullable String user, @Nullable String password) {
        // both here and none in the URL: mixed, an empty password of the URL may win (vertx-redis-client #577)
        if (user != null) {
            options.setUser(user);
        }
        if (password != null) {
            options.setPassword(password);
        }
    }
}
