<?php
/**
 * A receiver of KlientBox's webhooks in plain PHP 8, with the secret in the environment variable WEBHOOK_SECRET.
 *
 * Every event is processed once; replace remember() by a table of your database.
 */

declare(strict_types=1);

const TOLERANCE = 5 * 60;

/** The event in a request, or null if it is not from KlientBox. Verify the raw bytes. */
function verify(string $secret, array $headers, string $body, ?int $now = null): ?array
{
    $id = $headers['webhook-id'] ?? '';
    $stamp = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($stamp) || abs(($now ?? time()) - (int) $stamp) > TOLERANCE) {
        return null;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$stamp.$body", $key, true));
    // While a secret is replaced there are two signatures: one valid signature is enough.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $signature) {
        if (hash_equals($expected, $signature)) {
            return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        }
    }
    return null;
}

/** Whether this event is new. */
function remember(string $id): bool
{
    $file = sys_get_temp_dir() . '/klientbox-' . hash('sha256', $id);
    return @fopen($file, 'x') !== false;
}

$event = verify(getenv('WEBHOOK_SECRET') ?: '', [
    'webhook-id' => $_SERVER['HTTP_WEBHOOK_ID'] ?? '',
    'webhook-timestamp' => $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
    'webhook-signature' => $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
], file_get_contents('php://input'));

if ($event === null) {
    http_response_code(401);
    exit;
}
http_response_code(204);
if (remember($event['id'])) {
    error_log($event['sequence'] . ' ' . $event['type'] . ' ' . json_encode($event['data']));
}
