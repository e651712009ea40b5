#pragma once
// libqrencode, which turns text into the modules of a QR code (ISO/IEC 18004).
#include <qrencode.h>
