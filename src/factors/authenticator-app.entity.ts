import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** The app on somebody's phone whose codes prove that it is them; or one that is being set up, and counts for nothing yet. */
@Entity('authenticator_apps')
export class AuthenticatorApp {
  @PrimaryColumn({ name: 'user_id' })
  userId!: number;

  /** Encrypted: what the app makes its codes from. */
  @Column({ length: 255 })
  secret!: string;

  @Column({ ...epochMilliseconds, name: 'created_at' })
  createdAt!: number;

  /** When its first code was given; null: it is being set up. */
  @Column({ ...epochMilliseconds, name: 'confirmed_at', nullable: true })
  confirmedAt!: number | null;

  /** The 30 seconds, counted since 1970, of the last code that was used: neither it nor one from before counts again. */
  @Column({ name: 'last_step', default: 0 })
  lastStep!: number;

  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_authenticator_apps_user' })
  user!: Relation<User>;
}
