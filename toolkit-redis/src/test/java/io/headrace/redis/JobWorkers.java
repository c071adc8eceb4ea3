package io.headrace.redis;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** {@link JobWorker} processes, each behind a proxy of its own. Whoever dies is replaced when somebody looks. */
final class JobWorkers implements AutoCloseable {

    private record Worker(Process process, FaultProxy link) {

        void end() {
            process.destroyForcibly();
            link.close();
        }
    }

    private final RedisServer server;
    private final JobReferee referee;
    private final Path logs;
    private final Random random;
    private final List<Worker> workers = new ArrayList<>();
    private int started;

    JobWorkers(RedisServer server, JobReferee referee, Path logs, Random random) {
        this.server = server;
        this.referee = referee;
        this.logs = logs;
        this.random = random;
    }

    void start(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            FaultProxy link = FaultProxy.to(server.host(), server.port());
            workers.add(new Worker(start(link), link));
        }
    }

    private Process start(FaultProxy link) throws IOException {
        int number = started++;
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                JobWorker.class.getName(),
                "redis://" + link.host() + ":" + link.port(),
                "proof",
                Integer.toString(referee.port()),
                Integer.toString((number % 3 - 1) * 7_200),
                "32");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(logs.resolve("worker-" + number + ".log").toFile())
                .start();
    }

    void replaceTheDead() throws IOException {
        List<Worker> dead =
                workers.stream().filter(worker -> !worker.process().isAlive()).toList();
        workers.removeAll(dead);
        dead.forEach(Worker::end);
        start(dead.size());
    }

    void killOne() throws IOException, InterruptedException {
        any().process().destroyForcibly().waitFor();
        replaceTheDead();
    }

    void cutAllLinks() {
        workers.forEach(worker -> worker.link().reset());
    }

    /** For so long that its leases end, although it lives. */
    void silenceOne() throws InterruptedException {
        Worker silent = any();
        silent.link().blackHole();
        TimeUnit.MILLISECONDS.sleep(JobWorker.LEASE.toMillis() * 3 / 2);
        silent.link().forward();
    }

    private Worker any() {
        return workers.get(random.nextInt(workers.size()));
    }

    @Override
    public void close() {
        workers.forEach(Worker::end);
    }
}
