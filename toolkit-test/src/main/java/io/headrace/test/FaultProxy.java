package io.headrace.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy whose network fails on command: it stands between a client and a server and delays, slows, swallows, cuts
 * or refuses, for the links that exist and for new ones.
 *
 * <p>It listens on a free port of 127.0.0.1 and begins in the mode {@link #forward()}. A change of mode applies within
 * 20 ms, also to bytes that are under way; each direction of a link holds up to 4 MiB of those and then lets the sender
 * feel it. A client whose server can't be reached within 5 s sees its link reset. Its threads are
 * daemons. Every method may be called from any thread that may block, though only {@link #refuse()} and
 * {@link #close()} wait, for at most 5 s, until the system refuses connections. After {@link #close()} only the counters work, the rest throws
 * {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
 *     ConnectionFactory factory = ConnectionFactories.get(postgres.urlThrough(proxy));
 *     proxy.blackHole();
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {

    private final InetSocketAddress target;
    private final int port;
    private final ProxyTraffic traffic = new ProxyTraffic();
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private volatile FaultMode mode = FaultMode.forwarding();
    // Guarded by this; null while connections are refused.
    private @Nullable ProxyListener listener;
    private boolean closed;

    private FaultProxy(InetSocketAddress target, ServerSocket listener) {
        this.target = target;
        this.port = listener.getLocalPort();
        listen(listener);
    }

    /** Starts a proxy to a server, which need not run yet. */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(new InetSocketAddress(host, port), FreePort.listen());
    }

    /** The host to connect to instead of the server's. */
    public String host() {
        return FreePort.loopback().getHostAddress();
    }

    /** The port to connect to instead of the server's; the same for the life of the proxy. */
    public int port() {
        return port;
    }

    /** Passes everything on, at once. Links that {@link #blackHole()} took bytes from stay silent. */
    public void forward() {
        change(FaultMode.forwarding());
    }

    /**
     * Passes bytes on after a delay, in each direction: a request and its answer take twice that. Bytes keep their order
     * and don't queue behind each other, as on a long line of full width. Those already under way keep their time.
     *
     * @param oneWay zero or more
     */
    public void delay(Duration oneWay) {
        change(FaultMode.delaying(oneWay));
    }

    /**
     * Passes on only so many bytes in a second, in each direction of each link.
     *
     * @param bytesPerSecond at least 1
     */
    public void throttle(int bytesPerSecond) {
        change(FaultMode.throttling(bytesPerSecond));
    }

    /**
     * Accepts connections and bytes, and passes nothing on, not even the end of a connection: what a pulled cable or a
     * firewall that drops packets looks like. Links that lose something stay silent in every later mode, until an end
     * of theirs gives up or {@link #reset()} cuts them; links that lose nothing go on.
     */
    public void blackHole() {
        change(FaultMode.swallowing());
    }

    /**
     * Silences the links that exist now, as {@link #blackHole()} does, for good; new links follow the mode, which
     * stays. This is a server that vanished without a word and came back: old sockets are half open.
     */
    public synchronized void blackHoleExisting() {
        requireOpen();
        links.forEach(ProxyLink::goDeaf);
    }

    /** Cuts every link with RST, towards both ends. The mode stays, new links are served. */
    public synchronized void reset() {
        requireOpen();
        links.forEach(link -> link.end(true));
    }

    /**
     * Cuts the links that have gone silent with RST, towards both ends, and leaves the others alone: what the keep-alive
     * of a system does some time after a cable was pulled.
     */
    public synchronized void resetSilent() {
        requireOpen();
        links.stream().filter(ProxyLink::isDeaf).forEach(link -> link.end(true));
    }

    /**
     * Stops listening: new connections are refused. Existing links go on in the mode that was. Any of the methods that
     * set a mode listens again, on the same port.
     */
    public synchronized void refuse() {
        requireOpen();
        stopListening();
    }

    /** How many links are open now. */
    public int links() {
        return links.size();
    }

    /** How many bytes were passed on so far, both directions and all links together. */
    public long bytesForwarded() {
        return traffic.bytes();
    }

    /**
     * How often a client took its turn so far: began to send, first of all or after the server had sent. For a client
     * that waits for its answers this is the number of round trips; compare two readings.
     */
    public long roundTrips() {
        return traffic.roundTrips();
    }

    /** Stops listening and closes every link. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        stopListening();
        links.forEach(link -> link.end(false));
    }

    @Override
    public String toString() {
        return "proxy 127.0.0.1:%d to %s".formatted(port, target);
    }

    private synchronized void change(FaultMode next) {
        requireOpen();
        mode = next;
        if (listener == null) {
            try {
                listen(FreePort.listenOn(port));
            } catch (IOException e) {
                throw new TestServerException(this + ": somebody else took its port meanwhile", e);
            }
        }
    }

    private void listen(ServerSocket socket) {
        ProxyListener next = new ProxyListener(socket, this::serve);
        listener = next;
        next.start();
    }

    /** On the listener's thread, which others wait for: without the lock. */
    private void serve(Socket client) {
        ProxyLink link = new ProxyLink(client, traffic, () -> mode, links::remove);
        links.add(link);
        link.open(target);
    }

    private void stopListening() {
        ProxyListener present = listener;
        listener = null;
        if (present != null) {
            present.stop();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
    }
}
