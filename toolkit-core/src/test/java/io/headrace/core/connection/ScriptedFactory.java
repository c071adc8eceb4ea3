package io.headrace.core.connection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lends one connection of a real driver again and again, notes the texts that are sent on it, and sends other ones, or
 * sends them later, when told to: for what a server does too rarely to wait for.
 */
final class ScriptedFactory implements ConnectionFactory, AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ConnectionFactory factory;
    private final Connection connection;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final Map<String, String> replaced = new ConcurrentHashMap<>();
    private final Map<String, Duration> late = new ConcurrentHashMap<>();

    ScriptedFactory(ConnectionFactory factory) {
        this.factory = factory;
        this.connection = Mono.<Connection>from(factory.create()).block(LIMIT);
    }

    /** Sends another text instead of each that begins like this. */
    void replace(String beginning, String other) {
        replaced.put(beginning, other);
    }

    /** Hands each text that begins like this to the driver only after so long. */
    void delay(String beginning, Duration delay) {
        late.put(beginning, delay);
    }

    /** What was to be sent so far, as it was written by the toolkit. */
    List<String> sent() {
        return sent;
    }

    long sent(String beginning) {
        return sent.stream().filter(text -> text.startsWith(beginning)).count();
    }

    @Override
    public void close() {
        Mono.from(connection.close()).onErrorComplete().block(LIMIT);
    }

    @Override
    public Publisher<Connection> create() {
        return Mono.fromSupplier(() -> (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class, Wrapped.class}, this::connectionCall));
    }

    private @Nullable Object connectionCall(Object proxy, Method method, Object @Nullable [] arguments)
            throws Throwable {
        switch (method.getName()) {
            case "close":
                return Mono.empty();
            case "unwrap":
                Class<?> target = arguments == null ? Connection.class : (Class<?>) arguments[0];
                return target.isInstance(connection) ? connection : null;
            case "createStatement":
                return statement((String) arguments[0]);
            case "beginTransaction":
                return Flux.defer(() -> statement("BEGIN").execute())
                        .concatMap(Result::getRowsUpdated, 0)
                        .then();
            default:
                return call(connection, method, arguments);
        }
    }

    private Statement statement(String sql) {
        sent.add(sql);
        String text = replaced.keySet().stream()
                .filter(sql::startsWith)
                .findAny()
                .map(replaced::get)
                .orElse(sql);
        Statement statement = connection.createStatement(text);
        return late.keySet().stream()
                .filter(sql::startsWith)
                .findAny()
                .map(late::get)
                .map(delay -> lateStatement(statement, delay))
                .orElse(statement);
    }

    private static Statement lateStatement(Statement statement, Duration delay) {
        return (Statement) Proxy.newProxyInstance(
                ScriptedFactory.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) -> {
                    Object result = call(statement, method, arguments);
                    if (method.getName().equals("execute")) {
                        return Mono.delay(delay).thenMany(Flux.from((Publisher<?>) result));
                    }
                    return result == statement ? proxy : result;
                });
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return factory.getMetadata();
    }
}
