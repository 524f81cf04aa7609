-- The order of the states of a message.

CREATE OR REPLACE FUNCTION klientbox_message_rank(state text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(string_to_array(%(states)s, ' '), state)
$$
