import { Controller, Get, HttpStatus, Redirect } from '@nestjs/common';
import { Area, Public } from '../access/decorators';

/** Where password managers look for the page that changes a password (W3C, A Well-Known URL for Changing Passwords). */
@Controller('.well-known/change-password')
@Area('Your account', 'Find where to change your password')
@Public()
export class ChangePasswordAddressController {
  @Get()
  @Redirect('/account/password', HttpStatus.SEE_OTHER)
  sendOn(): void {}
}
