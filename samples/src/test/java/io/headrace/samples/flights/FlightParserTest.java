package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlightParserTest {

    @Test
    void readsAFlightWithItsLineNumber() {
        assertThat(FlightParser.parse(new CsvLine(7, "2001-01-01T00:04,-3,2355,OGG,SJC")))
                .isEqualTo(
                        new ReadFlight.Good(new Flight(7, LocalDateTime.of(2001, 1, 1, 0, 4), -3, 2355, "OGG", "SJC")));
    }

    @Test
    void readsQuotedFields() {
        assertThat(FlightParser.parse(new CsvLine(2, "\"2001-01-01T00:04\",0,\"2355\",OGG,\"SJC\"")))
                .isInstanceOf(ReadFlight.Good.class);
    }

    @Test
    void writesAFlightAsItWasRead() {
        String text = "2001-01-01T00:00,12,300,OGG,SJC";

        assertThat(FlightParser.parse(new CsvLine(2, text)))
                .isInstanceOfSatisfying(
                        ReadFlight.Good.class,
                        good -> assertThat(good.flight().toCsv()).isEqualTo(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2001-01-01T00:04,0,2355,OGG|4 fields instead of 5",
                "2001-01-01T00:04,0,2355,OGG,SJC,1|6 fields instead of 5",
                "hello|1 field instead of 5",
                "2001-02-30T00:04,0,2355,OGG,SJC|departed_at is not a time like 2001-01-31T23:59",
                ",0,2355,OGG,SJC|departed_at is not a time like 2001-01-31T23:59",
                "2001-01-01T00:04,late,2355,OGG,SJC|delay_minutes is not a whole number",
                "2001-01-01T00:04,0,99999999999,OGG,SJC|distance_miles is not a whole number",
                "2001-01-01T00:04,0,2355,\"OGG,SJC|its quotes do not match",
                "2001-01-01T00:04,0,2355,\"O\"GG,SJC|its quotes do not match",
            })
    void saysWhatIsWrongWithALine(String text, String reason) {
        CsvLine line = new CsvLine(9, text);

        assertThat(FlightParser.parse(line)).isEqualTo(new ReadFlight.Malformed(line, reason));
    }

    @Test
    void anEmptyLineIsMalformed() {
        assertThat(FlightParser.parse(new CsvLine(9, ""))).isInstanceOf(ReadFlight.Malformed.class);
    }
}
