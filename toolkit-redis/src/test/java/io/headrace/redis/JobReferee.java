package io.headrace.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hears from all workers who handles what, and notes whatever must not be. */
final class JobReferee implements AutoCloseable {

    /** What is known of one payload. */
    private static final class Record {

        long begun;
        long newest;
        long done;
        int holder;
        long held;
        long dropped;
    }

    private final ServerSocket server;
    private final Thread acceptor;

    // guarded by this
    private final Map<String, Record> records = new HashMap<>();
    private final Set<String> handled = new HashSet<>();
    private final List<String> faults = new ArrayList<>();
    private int workers;
    private long deliveries;
    private long longestOverlap;
    private final JobWaits waits = new JobWaits();

    JobReferee() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::accept, "referee");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                int worker = nextWorker();
                Thread reader = new Thread(() -> read(socket, worker), "referee-" + worker);
                reader.setDaemon(true);
                reader.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private synchronized int nextWorker() {
        waits.born(System.nanoTime());
        return ++workers;
    }

    private void read(Socket socket, int worker) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(worker, line.split(" "));
            }
        } catch (IOException e) {
            // a worker that is killed resets its connection
        }
        gone(worker);
    }

    private synchronized void heard(int worker, String[] words) {
        if (words[0].equals("X")) {
            faults.add("worker " + worker + " ended: " + String.join(" ", words));
            return;
        }
        Record job = records.computeIfAbsent(words[1], payload -> new Record());
        long token = Long.parseLong(words[2]);
        long now = System.nanoTime();
        switch (words[0]) {
            case "B" -> begun(worker, job, words, token, now);
            case "E" -> {
                handled.add(words[1]);
                if (job.holder == worker && job.begun == token) {
                    job.holder = 0;
                } else if (job.holder != worker && job.held != 0) {
                    // the holder before the present one has only now let go
                    longestOverlap = Math.max(longestOverlap, now - job.held);
                }
            }
            default -> {
                if (job.done != 0) {
                    faults.add(words[1] + " was recorded as done twice");
                }
                job.done = token;
            }
        }
        notifyAll();
    }

    private void begun(int worker, Record job, String[] words, long token, long now) {
        deliveries++;
        if (token <= job.newest) {
            faults.add(words[1] + " got number " + token + " after " + job.newest);
        }
        if (job.dropped != 0) {
            waits.add(job.dropped, now, Integer.parseInt(words[3]));
            job.dropped = 0;
        }
        job.held = job.holder == 0 || job.holder == worker ? 0 : now;
        job.newest = Math.max(job.newest, token);
        job.begun = token;
        job.holder = worker;
    }

    private synchronized void gone(int worker) {
        long now = System.nanoTime();
        waits.died(now);
        for (Record job : records.values()) {
            if (job.holder == worker) {
                job.holder = 0;
                job.dropped = now;
            }
        }
        notifyAll();
    }

    /** Waits until so many of these payloads, or of all, were handled to the end; false at the end of the time. */
    synchronized boolean awaitHandled(Set<String> wanted, int count, long seconds) throws InterruptedException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (countOf(wanted) < count) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(Math.min(left, 500));
        }
        return true;
    }

    private int countOf(Set<String> wanted) {
        if (wanted.isEmpty() || handled.size() < wanted.size()) {
            return handled.size();
        }
        return (int) wanted.stream().filter(handled::contains).count();
    }

    synchronized Set<String> missing(Set<String> wanted) {
        Set<String> missing = new HashSet<>(wanted);
        missing.removeAll(handled);
        return missing;
    }

    /** Whatever must not be; every job that was recorded as done was so by its newest holder. */
    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        Iterator<Map.Entry<String, Record>> entries = records.entrySet().iterator();
        entries.forEachRemaining(entry -> {
            Record job = entry.getValue();
            if (job.done != 0 && job.done != job.newest) {
                all.add(entry.getKey() + " was done by " + job.done + " although " + job.newest + " held it");
            }
        });
        return all;
    }

    synchronized long deliveries() {
        return deliveries;
    }

    synchronized Duration longestOverlap() {
        return Duration.ofNanos(longestOverlap);
    }

    /** Something other than the death of a worker has just happened, or is over. */
    synchronized void disturbed() {
        waits.disturbed(System.nanoTime());
    }

    synchronized JobWaits waits() {
        return waits;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
