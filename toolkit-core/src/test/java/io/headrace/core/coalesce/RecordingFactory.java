package io.headrace.core.coalesce;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Notes the arrays that statements are sent with, and holds connections and statements back when told to. A connection that
 * is given back is lent again.
 */
final class RecordingFactory implements ConnectionFactory {

    private final ConnectionFactory delegate;
    private final List<List<Object>> asked = new CopyOnWriteArrayList<>();
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicInteger lent = new AtomicInteger();
    private volatile Sinks.Empty<Void> statementGate = open();
    private volatile Sinks.Empty<Void> connectionGate = open();

    RecordingFactory(ConnectionFactory delegate) {
        this.delegate = delegate;
    }

    /** The array of each statement that had one, in the order of sending; held ones are among them. */
    List<List<Object>> asked() {
        return asked;
    }

    /** How often a connection was asked for. */
    int connects() {
        return connects.get();
    }

    void holdStatements() {
        statementGate = Sinks.empty();
    }

    void releaseStatements() {
        statementGate.tryEmitEmpty();
    }

    void holdConnections() {
        connectionGate = Sinks.empty();
    }

    void releaseConnections() {
        connectionGate.tryEmitEmpty();
    }

    /** Waits, at most 10 s. */
    static void until(BooleanSupplier condition) {
        Mono.fromSupplier(condition::getAsBoolean)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(met -> met)
                .repeatWhenEmpty(1_000, retries -> retries.delayElements(Duration.ofMillis(10)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("the condition was not met within 10 s")))
                .block();
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(() -> {
            connects.incrementAndGet();
            return connectionGate
                    .asMono()
                    .then(Mono.defer(this::idleOrNew))
                    .doOnNext(connection -> lent.incrementAndGet())
                    .map(this::recording);
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return delegate.getMetadata();
    }

    /** Waits for what is lent, since a writer answers before it gives its connection back. */
    void close() {
        until(() -> lent.get() == 0);
        idle.forEach(connection -> Mono.from(connection.close()).block());
        idle.clear();
    }

    private Mono<Connection> idleOrNew() {
        Connection connection = idle.pollFirst();
        return connection == null ? Mono.from(delegate.create()) : Mono.just(connection);
    }

    private static Sinks.Empty<Void> open() {
        Sinks.Empty<Void> gate = Sinks.empty();
        gate.tryEmitEmpty();
        return gate;
    }

    private Connection recording(Connection connection) {
        return proxy(new Class<?>[] {Connection.class, Wrapped.class}, (proxy, method, args) -> {
            if (method.getName().equals("unwrap")) {
                return method.getParameterCount() == 0
                        ? connection
                        : ((Class<?>) args[0]).isInstance(connection)
                                ? connection
                                : ((Wrapped<?>) connection).unwrap((Class<?>) args[0]);
            }
            if (method.getName().equals("close")) {
                return Mono.fromRunnable(() -> {
                    idle.addFirst(connection);
                    lent.decrementAndGet();
                });
            }
            Object result = call(method, connection, args);
            return result instanceof Statement statement ? recording(statement) : result;
        });
    }

    private Statement recording(Statement statement) {
        List<List<Object>> bound = new CopyOnWriteArrayList<>();
        return proxy(new Class<?>[] {Statement.class}, (proxy, method, args) -> {
            if (method.getName().equals("bind")
                    && args[1] instanceof Parameter parameter
                    && parameter.getValue() instanceof Object[] array) {
                bound.add(Arrays.asList(array));
            }
            if (method.getName().equals("execute")) {
                return Flux.defer(() -> {
                    asked.addAll(bound);
                    return statementGate.asMono().thenMany(Flux.<Result>from(statement.execute()));
                });
            }
            Object result = call(method, statement, args);
            return result == statement ? proxy : result;
        });
    }

    private static Object call(Method method, Object target, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<?>[] types, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(RecordingFactory.class.getClassLoader(), types, handler);
    }
}
