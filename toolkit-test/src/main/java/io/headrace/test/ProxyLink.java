package io.headrace.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client's connection through a proxy: two sockets and a pipe for each direction. */
final class ProxyLink {

    private static final int CONNECT_LIMIT_MILLIS = 5_000;
    private static final int PIPES = 2;

    private final Socket client;
    private final Socket server = new Socket();
    private final ProxyTraffic traffic;
    private final Supplier<FaultMode> mode;
    private final Consumer<ProxyLink> whenEnded;
    // Guarded by itself: a thread either starts before the link ends and is interrupted, or does not start.
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Object> lastSpeaker = new AtomicReference<>();
    private final AtomicInteger finishedPipes = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean deaf;

    ProxyLink(Socket client, ProxyTraffic traffic, Supplier<FaultMode> mode, Consumer<ProxyLink> whenEnded) {
        this.client = client;
        this.traffic = traffic;
        this.mode = mode;
        this.whenEnded = whenEnded;
    }

    void open(InetSocketAddress target) {
        run("open", () -> {
            try {
                server.connect(target, CONNECT_LIMIT_MILLIS);
                server.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                new ProxyPipe(this, client, server).start();
                new ProxyPipe(this, server, client).start();
            } catch (IOException serverIsDown) {
                end(true);
            }
        });
    }

    void run(String role, Runnable work) {
        Thread thread = new Thread(work, "headrace-test-proxy-" + role);
        thread.setDaemon(true);
        synchronized (threads) {
            if (!ended.get()) {
                threads.add(thread);
                thread.start();
            }
        }
    }

    FaultMode mode() {
        return mode.get();
    }

    ProxyTraffic traffic() {
        return traffic;
    }

    /** From now on nothing passes, in either direction and whatever the mode becomes. */
    void goDeaf() {
        deaf = true;
    }

    /**
     * Whether the bytes at hand are lost. A link that lost some stays deaf: no TCP stream goes on with a hole in it.
     */
    boolean loses() {
        if (mode.get().swallows()) {
            deaf = true;
        }
        return deaf;
    }

    boolean isDeaf() {
        return deaf;
    }

    boolean hasEnded() {
        return ended.get();
    }

    void heard(Socket speaker) {
        if (lastSpeaker.getAndSet(speaker) != speaker && speaker == client) {
            traffic.turned();
        }
    }

    void finishedOnePipe() {
        if (finishedPipes.incrementAndGet() == PIPES) {
            end(false);
        }
    }

    /** Closes both sockets, with RST or with FIN. */
    void end(boolean reset) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        close(client, reset);
        close(server, reset);
        synchronized (threads) {
            threads.forEach(Thread::interrupt);
        }
        whenEnded.accept(this);
    }

    private static void close(Socket socket, boolean reset) {
        try {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException notConnected) {
            // Then there is nobody to tell.
        }
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // It is closed all the same.
        }
    }
}
