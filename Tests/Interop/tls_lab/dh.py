"""Finite-field parameters for servers: of RFC 2409, 3526 and 7919, and three made for this lab.

The primes of the RFCs come from their formulas, 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * c) + k), with c = pi (RFC 2409, 3526) or e
(RFC 7919), so that nothing has to be typed in.
"""

import base64

MODP = {768: 149686, 1024: 129093, 1536: 741804, 2048: 124476, 3072: 1690314}
FFDHE = {2048: 560316, 3072: 2625351}

#: Safe primes that nobody else uses, made once by `openssl dhparam`; and two primes whose product is the modulus of a broken server.
OWN = {
    512: int(
        "BE63CE1EE8A42BCABF86B069BEAC91DEDDC5497905CEACA08C0C1C74244F94B7E6006DF130E774781C9B3CD3026A973F19D5EE7F0F0645F2555C28DD"
        "CD7E5637", 16),
    1024: int(
        "9D44F6EC8D0B4CC85858DCE88F3E324D21147664AC5A4255895381CB08F7DF3C06C87C89D6F94FC55C3CFC1868497413D4D283748D35B41362E49461"
        "A9C19525D13FA7B3031B339D7E73F1735E7BABB7DF4555B284A72084BCCE456E7AE95D9C8A5A88618C196E148C7AA090F93E91996247306B8D5A0D18"
        "75E8B950DF6E1BAF", 16),
}
FACTORS = [
    int(
        "CE31EC83EF7107F2A7E535050F42570699164861FC1E1BC7683039ABDDCA3D1255E49578C8A63458EE941D2A6C7179028C20E863F9637389889F06E6"
        "8AE0DB1AD8BEF58A4DB211A2C5AD62474629BA6977245B2D8826E10B40147AF617A523B1DDDA3781DBD841B718FA48C226F6A611309F9CAC2FE7250E"
        "68587CCC5512EA2D", 16),
    int(
        "DB0DF9CDD4700BDB96F723D27F80FAE0D62E5B6D18DE4985F1CD5462ECB57FB313AA3673444A87634788BA578CD43B381AFEC1AFC9A5D1C0389CF40A"
        "DBFCBCB7690EDBC691E9C433CB588735E9544C717D220F016239E56DB209275831973DB672A5EEF36DE738204AC7EC686373A37C3772B5A6497D2219"
        "3EE9263ECAF71C0B", 16),
]


def _pi(bits):
    """floor(pi * 2^bits), by Machin's formula."""
    unity = 1 << (bits + 64)

    def arctangent(inverse):
        term = total = unity // inverse
        divisor, sign = 3, -1
        while term:
            term //= inverse * inverse
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total
    return 4 * (4 * arctangent(5) - arctangent(239)) >> 64


def _e(bits):
    """floor(e * 2^bits)."""
    term = total = 1 << (bits + 64)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> 64


def modp(bits):
    return (1 << bits) - (1 << (bits - 64)) - 1 + (1 << 64) * (_pi(bits - 130) + MODP[bits])


def ffdhe(bits):
    return (1 << bits) - (1 << (bits - 64)) - 1 + (1 << 64) * (_e(bits - 130) + FFDHE[bits])


def modulus(name):
    """`modp1024`, `ffdhe2048`, `own1024`, `composite2048`."""
    kind, bits = name.rstrip("0123456789"), int(name.lstrip("abcdefghijklmnopqrstuvwxyz"))
    if kind == "composite":
        return FACTORS[0] * FACTORS[1]
    return {"modp": modp, "ffdhe": ffdhe, "own": OWN.__getitem__}[kind](bits)


def _der(tag, body):
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + head + body


def pem(name, generator=2):
    """PKCS#3 parameters."""
    number = modulus(name)
    integers = _der(2, number.to_bytes(number.bit_length() // 8 + 1, "big")) + _der(2, bytes([generator]))
    text = base64.encodebytes(_der(0x30, integers)).decode()
    return f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n"
