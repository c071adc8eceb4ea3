package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static final int SILENCE_MILLIS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final EchoServer server = new EchoServer();
    private final FaultProxy proxy = FaultProxy.to("127.0.0.1", server.port());

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void forwardedBytesTurnsAndLinksAreCounted() throws IOException {
        try (EchoClient client = new EchoClient(proxy)) {
            assertThat(client.echo("hello")).isEqualTo("hello");
            assertThat(client.echo("again")).isEqualTo("again");

            assertThat(proxy.links()).isEqualTo(1);
            assertThat(proxy.bytesForwarded()).isEqualTo(20);
            assertThat(proxy.roundTrips()).isEqualTo(2);
        }
        assertThat(Waiting.until(() -> proxy.links() == 0, LIMIT)).isTrue();
    }

    @Test
    void endOfAStreamPassesAfterItsBytes() throws IOException {
        proxy.delay(Duration.ofMillis(20));
        try (EchoClient client = new EchoClient(proxy)) {
            client.send("last words");
            client.finish();

            assertThat(client.receive(100)).isEqualTo("last words");
        }
    }

    @Test
    void largeTransfersArriveWhole() throws IOException {
        int size = 20_000_000;
        try (EchoClient client = new EchoClient(proxy)) {
            assertThat(client.echoBytes(size)).isEqualTo(size);
            assertThat(proxy.bytesForwarded()).isEqualTo(2L * size);
        }
    }

    @Test
    void delayIsAddedEachWayAndNotForEachPiece() throws IOException {
        proxy.delay(Duration.ofMillis(100));
        try (EchoClient client = new EchoClient(proxy)) {
            long start = System.nanoTime();
            assertThat(client.echoBytes(400_000)).isEqualTo(400_000);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);

            // Read in 25 or more pieces: one after the other they would take 5 s.
            assertThat(elapsed).isBetween(Duration.ofMillis(200), Duration.ofMillis(2_000));
        }
    }

    @Test
    void throttledLinksCarryTheirBytesPerSecond() throws IOException {
        proxy.throttle(100_000);
        try (EchoClient client = new EchoClient(proxy)) {
            long start = System.nanoTime();
            assertThat(client.echoBytes(50_000)).isEqualTo(50_000);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);

            assertThat(elapsed).isBetween(Duration.ofMillis(450), Duration.ofMillis(3_000));
        }
    }

    @Test
    void throttleThatIsLiftedFreesWaitingBytes() throws IOException {
        proxy.throttle(1);
        try (EchoClient client = new EchoClient(proxy)) {
            client.send("a minute at this pace, and as much for the way back");
            assertThat(client.receive(1)).isEqualTo("a");
            proxy.forward();

            assertThat(client.receive(20)).isEqualTo(" minute at this pace");
        }
    }

    @Test
    void blackHoleKeepsConnectionsAndSwallowsBytes() throws IOException {
        try (EchoClient speaking = new EchoClient(proxy);
                EchoClient silent = new EchoClient(proxy)) {
            assertThat(speaking.echo("before")).isEqualTo("before");
            assertThat(silent.echo("before")).isEqualTo("before");
            proxy.blackHole();
            speaking.send("lost");

            assertThatThrownBy(() -> speaking.read(SILENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
            try (EchoClient late = new EchoClient(proxy)) {
                late.send("lost too");
                assertThatThrownBy(() -> late.read(SILENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
            }
            proxy.forward();

            assertThat(silent.echo("after")).isEqualTo("after");
            speaking.send("still lost");
            assertThatThrownBy(() -> speaking.read(SILENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void blackHoleForExistingLinksSparesNewOnes() throws IOException {
        try (EchoClient old = new EchoClient(proxy)) {
            assertThat(old.echo("before")).isEqualTo("before");
            proxy.blackHoleExisting();
            old.send("lost");

            try (EchoClient fresh = new EchoClient(proxy)) {
                assertThat(fresh.echo("fine")).isEqualTo("fine");
            }
            assertThatThrownBy(() -> old.read(SILENCE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void resetCutsLinksAtOnceAndServesNewOnes() throws IOException {
        try (EchoClient client = new EchoClient(proxy)) {
            assertThat(client.echo("before")).isEqualTo("before");
            proxy.reset();

            assertThatThrownBy(() -> client.read(5_000))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(proxy.links()).isZero();
        }
        try (EchoClient fresh = new EchoClient(proxy)) {
            assertThat(fresh.echo("after")).isEqualTo("after");
        }
    }

    @Test
    void silentLinksCanBeCutAloneLater() throws IOException {
        try (EchoClient old = new EchoClient(proxy)) {
            assertThat(old.echo("before")).isEqualTo("before");
            proxy.blackHoleExisting();

            try (EchoClient fresh = new EchoClient(proxy)) {
                assertThat(fresh.echo("fine")).isEqualTo("fine");
                proxy.resetSilent();

                assertThatThrownBy(() -> old.read(5_000))
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
                assertThat(fresh.echo("still fine")).isEqualTo("still fine");
            }
        }
    }

    @Test
    void refusedConnectionsFailAtOnceAndForwardReopensTheSamePort() throws IOException {
        int port = proxy.port();
        try (EchoClient old = new EchoClient(proxy)) {
            assertThat(old.echo("before")).isEqualTo("before");
            proxy.refuse();

            assertThatThrownBy(() -> new EchoClient(proxy)).isInstanceOf(ConnectException.class);
            assertThat(old.echo("goes on")).isEqualTo("goes on");
        }
        proxy.forward();
        assertThat(proxy.port()).isEqualTo(port);
        try (EchoClient fresh = new EchoClient(proxy)) {
            assertThat(fresh.echo("after")).isEqualTo("after");
        }
    }

    @Test
    void serverThatIsDownResetsTheClient() throws IOException {
        try (FaultProxy toNobody = FaultProxy.to("127.0.0.1", FreePort.find())) {
            // The reset may be there before the connect has returned.
            assertThatThrownBy(() -> {
                        try (EchoClient client = new EchoClient(toNobody)) {
                            client.read(5_000);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(Waiting.until(() -> toNobody.links() == 0, LIMIT)).isTrue();
        }
    }

    @Test
    void closedProxyEndsItsLinksAndTakesNoOrders() throws IOException {
        try (EchoClient client = new EchoClient(proxy)) {
            assertThat(client.echo("before")).isEqualTo("before");
            proxy.close();
            proxy.close();

            assertThat(client.read(5_000)).isEqualTo(-1);
        }
        assertThatThrownBy(proxy::forward)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> new EchoClient(proxy)).isInstanceOf(ConnectException.class);
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThatThrownBy(() -> proxy.throttle(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy.delay(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
