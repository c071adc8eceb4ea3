package io.headrace.samples.flights;

/**
 * One airport, as a row of the table {@code airports} and as a value in the cache.
 *
 * @param iata its code, the key
 * @param name its name
 * @param city the city it serves
 * @param state two letters
 * @param country three letters
 * @param latitude degrees north
 * @param longitude degrees east
 */
record Airport(String iata, String name, String city, String state, String country, double latitude, double longitude) {

    /** Name and place, for people. */
    String label() {
        return name + ", " + city + ", " + state;
    }
}
