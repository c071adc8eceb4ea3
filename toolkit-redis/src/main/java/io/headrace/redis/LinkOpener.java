package io.headrace.redis;

import io.headrace.redis.RedisAddress.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Opens connections, each within a time limit that covers finding the server and the handshake too. */
final class LinkOpener {

    /** Above our own bound, so that the queue inside the client can never be the one that overflows. */
    private static final int HEADROOM = 64;

    private final Vertx vertx;
    private final RedisAddress address;
    private final RedisConfig config;
    private final RedisTls tls;
    private final Timing timing;
    private final LinkRegistry registry;
    private volatile @Nullable Future<@Nullable TrustOptions> platformTrust;

    /**
     * @param tls whom to trust where the endpoint is encrypted
     * @param registry of open connections
     */
    LinkOpener(
            Vertx vertx, RedisAddress address, RedisConfig config, RedisTls tls, Timing timing, LinkRegistry registry) {
        this.vertx = vertx;
        this.address = address;
        this.config = config;
        this.tls = tls;
        this.timing = timing;
        this.registry = registry;
    }

    /** To be called on the event loop that the connection shall use. */
    CompletionStage<Link> open(Locator locator, Failures failures) {
        Duration timeout = config.connectTimeout();
        CompletableFuture<Link> result = new CompletableFuture<>();
        Disposable timer = timing.after(
                timeout,
                () -> result.completeExceptionally(
                        new ConnectFailure("no answer within " + Wording.duration(timeout))));
        result.whenComplete((link, error) -> {
            timer.dispose();
            if (error != null) {
                registry.failed(address.toString(), error);
            }
        });
        Context context = vertx.getOrCreateContext();
        locator.locate(timeout).whenComplete((endpoint, error) -> {
            if (error != null) {
                result.completeExceptionally(Failures.unwrapped(error));
            } else {
                trust(endpoint)
                        .onComplete((trust, failure) -> context.runOnContext(ignored -> {
                            if (failure != null) {
                                result.completeExceptionally(failure);
                            } else {
                                connect(endpoint, trust, context, failures, result);
                            }
                        }));
            }
        });
        return result;
    }

    private void connect(
            RedisEndpoint endpoint,
            @Nullable TrustOptions trust,
            Context context,
            Failures failures,
            CompletableFuture<Link> result) {
        if (result.isDone()) {
            return;
        }
        Redis client = Redis.createClient(vertx, options(endpoint, trust));
        result.whenComplete((link, error) -> {
            if (error != null) {
                // closing the client also closes the socket that a failed handshake leaves behind
                client.close().onFailure(ignored -> {});
            }
        });
        client.connect().onComplete((connection, error) -> {
            if (error != null) {
                result.completeExceptionally(error);
                return;
            }
            LinkOrigin origin = new LinkOrigin(endpoint, followsMaster(), context, registry);
            Link link = new Link(origin, client, connection, timing, failures);
            if (followsMaster()) {
                link.ask(Request.cmd(Command.ROLE))
                        .onComplete((role, failure) -> finish(link, result, notMaster(endpoint, role, failure)));
            } else {
                finish(link, result, null);
            }
        });
    }

    private boolean followsMaster() {
        return address.topology() == Topology.SENTINEL;
    }

    private static @Nullable Throwable notMaster(
            RedisEndpoint endpoint, @Nullable Response role, @Nullable Throwable failure) {
        if (failure != null || role == null || role.get(0).toString().equals("master")) {
            // a user who may not ask for the role learns of a wrong one by READONLY
            return failure == null || Failures.isReply(failure) ? null : failure;
        }
        return new ConnectFailure(endpoint + " is not the master, though the sentinels still say so");
    }

    private void finish(Link link, CompletableFuture<Link> result, @Nullable Throwable failure) {
        registry.opened(link);
        if (failure != null) {
            result.completeExceptionally(failure);
        }
        if (failure != null || !result.complete(link)) {
            link.die(failure);
        }
    }

    private RedisOptions options(RedisEndpoint endpoint, @Nullable TrustOptions trust) {
        RedisOptions options = new RedisOptions()
                .setConnectionString(endpoint.connectionString(address.database(), config.clientName()))
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setMaxWaitingHandlers(config.maxInFlight() + HEADROOM)
                .setNetClientOptions(network(trust));
        // both here and none in the URL: mixed, an empty password of the URL may win (vertx-redis-client #577)
        if (address.user() != null) {
            options.setUser(address.user());
        }
        if (address.password() != null) {
            options.setPassword(address.password());
        }
        return options;
    }

    private NetClientOptions network(@Nullable TrustOptions trust) {
        long limit = Math.min(Integer.MAX_VALUE, config.connectTimeout().toMillis());
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout((int) limit)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        if (trust != null) {
            encrypt(options, trust);
        }
        return options;
    }

    private void encrypt(NetClientOptions options, TrustOptions trust) {
        // without the algorithm the name of the host is not checked at all
        options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(trust);
        Path certificate = tls.clientCertificate();
        Path key = tls.clientKey();
        if (certificate != null && key != null) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions().setCertPath(absolute(certificate)).setKeyPath(absolute(key)));
        }
    }

    /** Whom to trust, null where nothing is encrypted. */
    private Future<@Nullable TrustOptions> trust(RedisEndpoint endpoint) {
        if (!endpoint.encrypted()) {
            return Future.succeededFuture();
        }
        Path trusted = tls.trustedCertificates();
        if (trusted != null) {
            return Future.succeededFuture(new PemTrustOptions().addCertPath(absolute(trusted)));
        }
        Future<@Nullable TrustOptions> known = platformTrust;
        if (known == null) {
            // left to itself the client library would read the authorities of the platform on the event loop
            known = vertx.executeBlocking(LinkOpener::trustOfPlatform);
            platformTrust = known;
        }
        return known;
    }

    private static TrustOptions trustOfPlatform() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return TrustOptions.wrap(factory.getTrustManagers()[0]);
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }
}
