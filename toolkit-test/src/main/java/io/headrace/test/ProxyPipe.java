package io.headrace.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** One direction of a link: one thread reads and stamps what it read, another writes it when its time has come. */
final class ProxyPipe {

    private static final int CHUNK_BYTES = 16 * 1024;
    // What may be under way at once: enough for 40 MB/s over 100 ms, little enough for a slow receiver to be felt.
    private static final int WINDOW_BYTES = 4 * 1024 * 1024;
    // How soon a change of mode reaches bytes that are waiting.
    private static final long LONGEST_PARK_NANOS = 20_000_000;

    private final ProxyLink link;
    private final Socket source;
    private final Socket target;
    private final BlockingQueue<Parcel> underWay = new LinkedBlockingQueue<>();
    private final Semaphore window = new Semaphore(WINDOW_BYTES);
    private final AtomicBoolean finished = new AtomicBoolean();

    ProxyPipe(ProxyLink link, Socket source, Socket target) {
        this.link = link;
        this.source = source;
        this.target = target;
    }

    /** Bytes and when they arrive; no bytes mean the end of the stream. */
    private static final class Parcel {

        final byte[] bytes;
        final long arrivalNanos;

        Parcel(byte[] bytes, long arrivalNanos) {
            this.bytes = bytes;
            this.arrivalNanos = arrivalNanos;
        }
    }

    void start() {
        link.run("read", this::read);
        link.run("write", this::write);
    }

    private void read() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            InputStream input = source.getInputStream();
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                if (!link.loses()) {
                    link.heard(source);
                    send(Arrays.copyOf(buffer, count));
                }
            }
            if (link.loses()) {
                // The FIN is lost too: the other side keeps its half-open socket.
                finish();
            } else {
                send(new byte[0]);
            }
        } catch (IOException broken) {
            breakOff();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(byte[] bytes) throws InterruptedException {
        window.acquire(bytes.length);
        underWay.add(new Parcel(bytes, System.nanoTime() + link.mode().delay().toNanos()));
    }

    private void write() {
        try {
            OutputStream output = target.getOutputStream();
            while (true) {
                Parcel parcel = underWay.take();
                waitUntil(parcel.arrivalNanos);
                if (parcel.bytes.length == 0) {
                    break;
                }
                write(output, parcel.bytes);
                window.release(parcel.bytes.length);
            }
            if (!link.loses()) {
                target.shutdownOutput();
            }
            finish();
        } catch (IOException broken) {
            breakOff();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutputStream output, byte[] bytes) throws IOException, InterruptedException {
        int written = 0;
        while (written < bytes.length && !link.loses()) {
            FaultMode mode = link.mode();
            int slice = mode.slice(bytes.length - written);
            // Counted first: who has received the bytes may rely on the count.
            link.traffic().forwarded(slice);
            output.write(bytes, written, slice);
            written += slice;
            occupyLine(System.nanoTime() + mode.busyNanos(slice));
        }
    }

    /** Waits as a slow line would, unless it becomes a fast one meanwhile. */
    private void occupyLine(long endNanos) throws InterruptedException {
        boolean waiting = true;
        while (waiting && link.mode().bytesPerSecond().isPresent()) {
            waiting = parkTowards(endNanos);
        }
    }

    private void waitUntil(long arrivalNanos) throws InterruptedException {
        boolean waiting = true;
        while (waiting) {
            waiting = parkTowards(arrivalNanos);
        }
    }

    /** Parks for a while, or gives false if the time has come. */
    private static boolean parkTowards(long endNanos) throws InterruptedException {
        long rest = endNanos - System.nanoTime();
        if (rest <= 0) {
            return false;
        }
        LockSupport.parkNanos(Math.min(rest, LONGEST_PARK_NANOS));
        if (Thread.interrupted()) {
            throw new InterruptedException("the link ended");
        }
        return true;
    }

    private void finish() {
        if (finished.compareAndSet(false, true)) {
            link.finishedOnePipe();
        }
    }

    /** A side that broke its connection: the other one hears of it, unless nothing gets through. */
    private void breakOff() {
        if (link.hasEnded()) {
            return;
        }
        if (link.loses()) {
            finish();
        } else {
            link.end(true);
        }
    }
}
